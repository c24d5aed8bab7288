-- Requests and cost by day in Europe/Berlin, over the change to summer time
-- {"metrics":["requests","cost"],"interval":"day","timezone":"Europe/Berlin"}

select *
from (
  select case when `start_time` < ? then (to_seconds(`start_time`) - ? + ?) div ? else (to_seconds(`start_time`) - ? + ?) div ? end as `aitoys_bucket`,
    count(*) as `requests`,
    sum(`cost`) as `costSum`,
    count(`cost`) as `costRequests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_bucket`
) as `answered`
limit ?;
-- 1: "2026-03-29 01:00:00.000"
-- 2: 62167219200
-- 3: -1774652400
-- 4: 86400
-- 5: 62167219200
-- 6: -1774648800
-- 7: 86400
-- 8: "2026-03-27 23:00:00.000"
-- 9: "2026-03-30 22:00:00.000"
-- 10: 500001

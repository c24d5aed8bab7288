-- Cost by day in Europe/Berlin, 30 days, against the month before, in which the clock changed
-- {"metrics":["cost"],"interval":"day","timezone":"Europe/Berlin","compare":"month"}

select *
from (
  select (to_seconds(`start_time`) - ? + ?) div ? as `aitoys_bucket`,
    count(*) as `requests`,
    sum(`cost`) as `costSum`,
    count(`cost`) as `costRequests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_bucket`
) as `answered`
limit ?;
-- 1: 62167219200
-- 2: -1774994400
-- 3: 86400
-- 4: "2026-04-01 00:00:00.000"
-- 5: "2026-05-01 00:00:00.000"
-- 6: 500001

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
-- 3: -1772319600
-- 4: 86400
-- 5: 62167219200
-- 6: -1772316000
-- 7: 86400
-- 8: "2026-03-01 01:00:00.000"
-- 9: "2026-04-01 00:00:00.000"
-- 10: 500001

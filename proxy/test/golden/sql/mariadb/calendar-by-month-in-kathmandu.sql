-- Requests by month in Asia/Kathmandu
-- {"metrics":["requests"],"interval":"month","timezone":"Asia/Kathmandu"}

select *
from (
  select case when `start_time` < ? then ? when `start_time` < ? then ? when `start_time` < ? then ? when `start_time` < ? then ? else ? end as `aitoys_bucket`,
    count(*) as `requests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_bucket`
) as `answered`
limit ?;
-- 1: "2026-01-31 18:15:00.000"
-- 2: 0
-- 3: "2026-02-28 18:15:00.000"
-- 4: 1
-- 5: "2026-03-31 18:15:00.000"
-- 6: 2
-- 7: "2026-04-30 18:15:00.000"
-- 8: 3
-- 9: 4
-- 10: "2026-01-31 00:00:00.000"
-- 11: "2026-05-01 00:00:00.000"
-- 12: 500001

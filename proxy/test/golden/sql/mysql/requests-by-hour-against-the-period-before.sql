-- Requests, 24 h from twenty past, 1 h buckets, on those of the answer for the 24 h before
-- {"metrics":["requests"],"interval":"1h","compare":"previous"}

select *
from (
  select (to_seconds(`start_time`) - ? + ?) div ? as `aitoys_bucket`,
    count(*) as `requests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_bucket`
) as `answered`
limit ?;
-- 1: 62167219200
-- 2: -1777464000
-- 3: 3600
-- 4: "2026-04-29 12:20:30.500"
-- 5: "2026-04-30 12:20:30.500"
-- 6: 500001

select *
from (
  select (to_seconds(`start_time`) - ? + ?) div ? as `aitoys_bucket`,
    count(*) as `requests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_bucket`
) as `answered`
limit ?;
-- 1: 62167219200
-- 2: -1777377600
-- 3: 3600
-- 4: "2026-04-28 12:20:30.500"
-- 5: "2026-04-29 12:20:30.500"
-- 6: 500001

-- Requests, 24 h, 1 min buckets
-- {"metrics":["requests"],"interval":"1m"}

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
-- 2: -1777507200
-- 3: 60
-- 4: "2026-04-30 00:00:00.000"
-- 5: "2026-05-01 00:00:00.000"
-- 6: 500001

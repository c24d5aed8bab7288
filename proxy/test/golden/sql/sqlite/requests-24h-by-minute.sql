-- Requests, 24 h, 1 min buckets
-- {"metrics":["requests"],"interval":"1m"}

select *
from (
  select cast(floor((unixepoch("start_time") + ?) / ?) as integer) as "aitoys_bucket",
    count(*) as "requests"
  from "ai_metrics"
  where ("start_time" >= ?
    and "start_time" < ?)
  group by "aitoys_bucket"
) as "answered"
limit ?;
-- 1: -1777507200
-- 2: 60
-- 3: "2026-04-30 00:00:00.000"
-- 4: "2026-05-01 00:00:00.000"
-- 5: 500001

-- Cost by provider, 90 days, 1 day buckets
-- {"metrics":["cost"],"groupBy":["provider"],"interval":"day"}

select *
from (
  select cast(floor((unixepoch("start_time") + ?) / ?) as integer) as "aitoys_bucket",
    "provider" as "aitoys_group_1",
    count(*) as "requests",
    sum(cast(round("cost" * 100000000) as integer)) as "costSum",
    count("cost") as "costRequests"
  from "ai_metrics"
  where ("start_time" >= ?
    and "start_time" < ?)
  group by "aitoys_bucket",
    "aitoys_group_1"
) as "answered"
limit ?;
-- 1: -1769817600
-- 2: 86400
-- 3: "2026-01-31 00:00:00.000"
-- 4: "2026-05-01 00:00:00.000"
-- 5: 500001

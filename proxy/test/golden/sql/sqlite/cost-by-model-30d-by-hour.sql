-- Cost by model, 30 days, 1 h buckets
-- {"metrics":["cost"],"groupBy":["model_name"],"interval":"1h"}

select *
from (
  select cast(floor((unixepoch("start_time") + ?) / ?) as integer) as "aitoys_bucket",
    "model_name" as "aitoys_group_1",
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
-- 1: -1775001600
-- 2: 3600
-- 3: "2026-04-01 00:00:00.000"
-- 4: "2026-05-01 00:00:00.000"
-- 5: 500001

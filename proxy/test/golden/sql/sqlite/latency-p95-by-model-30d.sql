-- p95 latency by model, 30 days
-- {"kind":"summary","metrics":["latency_p95"],"groupBy":["model_name"]}

select "aitoys_group_1" as "aitoys_group_1",
  group_concat("aitoys_sketch_index" || ':' || "latencyRequests") as "aitoys_sketch",
  sum("latencyRequests") as "latencyRequests",
  sum("requests") as "requests",
  min("latencyMin") as "latencyMin",
  max("latencyMax") as "latencyMax"
from (
  select "model_name" as "aitoys_group_1",
    case when "total_time" > 0 then cast(ceil(ln("total_time") / ln(?)) as integer) when "total_time" = 0 then ? end as "aitoys_sketch_index",
    count(case when "total_time" >= ? then 1 end) as "latencyRequests",
    count(*) as "requests",
    min(case when "total_time" >= ? then "total_time" * 1 end) as "latencyMin",
    max(case when "total_time" >= ? then "total_time" * 1 end) as "latencyMax"
  from "ai_metrics"
  where ("start_time" >= ?
    and "start_time" < ?)
  group by "aitoys_group_1",
    "aitoys_sketch_index"
) as "cells"
group by "aitoys_group_1"
limit ?;
-- 1: 1.02
-- 2: -1000000
-- 3: 0
-- 4: 0
-- 5: 0
-- 6: "2026-04-01 00:00:00.000"
-- 7: "2026-05-01 00:00:00.000"
-- 8: 500001

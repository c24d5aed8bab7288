-- p95 latency of the three dearest monitors, one of them without a name, and of all others: the second step
-- {"metrics":["latency_p95"],"groupBy":["monitor_id"],"interval":"1h","top":{"limit":3,"by":"cost","other":true}}

select "aitoys_bucket" as "aitoys_bucket",
  "aitoys_group_1" as "aitoys_group_1",
  group_concat("aitoys_sketch_index" || ':' || "latencyRequests") as "aitoys_sketch",
  sum("latencyRequests") as "latencyRequests",
  sum("requests") as "requests",
  min("latencyMin") as "latencyMin",
  max("latencyMax") as "latencyMax"
from (
  select cast(floor((unixepoch("start_time") + ?) / ?) as integer) as "aitoys_bucket",
    case when (("monitor_id" is not null and "monitor_id" in (?, ?, ?) and "monitor_id" in (?, ?, ?)) or "monitor_id" is null or "monitor_id" = '') then "monitor_id" else ? end as "aitoys_group_1",
    case when "total_time" > 0 then cast(ceil(ln("total_time") / ln(?)) as integer) when "total_time" = 0 then ? end as "aitoys_sketch_index",
    count(case when "total_time" >= ? then 1 end) as "latencyRequests",
    count(*) as "requests",
    min(case when "total_time" >= ? then "total_time" * 1 end) as "latencyMin",
    max(case when "total_time" >= ? then "total_time" * 1 end) as "latencyMax"
  from "ai_metrics"
  where ("start_time" >= ?
    and "start_time" < ?)
  group by "aitoys_bucket",
    "aitoys_group_1",
    "aitoys_sketch_index"
) as "cells"
group by "aitoys_bucket",
  "aitoys_group_1"
limit ?;
-- 1: -1777507200
-- 2: 3600
-- 3: "nightly"
-- 4: "(none)"
-- 5: "it's"
-- 6: "nightly"
-- 7: "(none)"
-- 8: "it's"
-- 9: "(other)"
-- 10: 1.02
-- 11: -1000000
-- 12: 0
-- 13: 0
-- 14: 0
-- 15: "2026-04-30 00:00:00.000"
-- 16: "2026-05-01 00:00:00.000"
-- 17: 500001

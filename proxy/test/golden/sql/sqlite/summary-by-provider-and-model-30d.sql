-- Requests, cost, latency and tokens by provider and model, 30 days
-- {"kind":"summary","metrics":["requests","cost","latency_avg","tokens"],"groupBy":["provider","model_name"]}

select *
from (
  select "provider" as "aitoys_group_1",
    "model_name" as "aitoys_group_2",
    count(*) as "requests",
    sum(cast(round("cost" * 100000000) as integer)) as "costSum",
    count("cost") as "costRequests",
    sum(case when "total_time" >= ? then "total_time" end) as "latencySum",
    count(case when "total_time" >= ? then 1 end) as "latencyRequests",
    sum("total_tokens") as "tokensSum",
    count("total_tokens") as "tokensRequests"
  from "ai_metrics"
  where ("start_time" >= ?
    and "start_time" < ?)
  group by "aitoys_group_1",
    "aitoys_group_2"
) as "answered"
limit ?;
-- 1: 0
-- 2: 0
-- 3: "2026-04-01 00:00:00.000"
-- 4: "2026-05-01 00:00:00.000"
-- 5: 500001

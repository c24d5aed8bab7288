-- Budget used and forecast, by provider: the month to date and the last 7 full days
-- {"kind":"summary","metrics":["budget_used","cost_forecast_month"],"groupBy":["provider"],"timezone":"America/New_York","parameters":{"budget":100}}

select *
from (
  select "provider" as "aitoys_group_1",
    count(*) as "requests",
    sum(cast(round("cost" * 100000000) as integer)) as "costSum",
    count("cost") as "costRequests"
  from "ai_metrics"
  where ("start_time" >= ?
    and "start_time" < ?)
  group by "aitoys_group_1"
) as "answered"
limit ?;
-- 1: "2026-04-01 04:00:00.000"
-- 2: "2026-05-01 00:00:00.000"
-- 3: 500001

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
-- 1: -1776916800
-- 2: 86400
-- 3: "2026-04-23 04:00:00.000"
-- 4: "2026-04-30 04:00:00.000"
-- 5: 500001

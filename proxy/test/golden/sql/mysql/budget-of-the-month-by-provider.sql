-- Budget used and forecast, by provider: the month to date and the last 7 full days
-- {"kind":"summary","metrics":["budget_used","cost_forecast_month"],"groupBy":["provider"],"timezone":"America/New_York","parameters":{"budget":100}}

select *
from (
  select convert(`provider` using utf8mb4) collate utf8mb4_0900_bin as `aitoys_group_1`,
    count(*) as `requests`,
    sum(`cost`) as `costSum`,
    count(`cost`) as `costRequests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_group_1`
) as `answered`
limit ?;
-- 1: "2026-04-01 04:00:00.000"
-- 2: "2026-05-01 00:00:00.000"
-- 3: 500001

select *
from (
  select (to_seconds(`start_time`) - ? + ?) div ? as `aitoys_bucket`,
    convert(`provider` using utf8mb4) collate utf8mb4_0900_bin as `aitoys_group_1`,
    count(*) as `requests`,
    sum(`cost`) as `costSum`,
    count(`cost`) as `costRequests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_bucket`,
    `aitoys_group_1`
) as `answered`
limit ?;
-- 1: 62167219200
-- 2: -1776916800
-- 3: 86400
-- 4: "2026-04-23 04:00:00.000"
-- 5: "2026-04-30 04:00:00.000"
-- 6: 500001

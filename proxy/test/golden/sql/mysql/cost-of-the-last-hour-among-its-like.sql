-- The last full hour against the same hour of 4 weeks: five statements
-- {"kind":"summary","metrics":["cost_zscore"],"timezone":"Asia/Kathmandu"}

select *
from (
  select count(*) as `requests`,
    sum(`cost`) as `costSum`,
    count(`cost`) as `costRequests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
) as `answered`
limit ?;
-- 1: "2026-04-30 22:15:00.000"
-- 2: "2026-04-30 23:15:00.000"
-- 3: 500001

select *
from (
  select count(*) as `requests`,
    sum(`cost`) as `costSum`,
    count(`cost`) as `costRequests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
) as `answered`
limit ?;
-- 1: "2026-04-23 22:15:00.000"
-- 2: "2026-04-23 23:15:00.000"
-- 3: 500001

select *
from (
  select count(*) as `requests`,
    sum(`cost`) as `costSum`,
    count(`cost`) as `costRequests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
) as `answered`
limit ?;
-- 1: "2026-04-16 22:15:00.000"
-- 2: "2026-04-16 23:15:00.000"
-- 3: 500001

select *
from (
  select count(*) as `requests`,
    sum(`cost`) as `costSum`,
    count(`cost`) as `costRequests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
) as `answered`
limit ?;
-- 1: "2026-04-09 22:15:00.000"
-- 2: "2026-04-09 23:15:00.000"
-- 3: 500001

select *
from (
  select count(*) as `requests`,
    sum(`cost`) as `costSum`,
    count(`cost`) as `costRequests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
) as `answered`
limit ?;
-- 1: "2026-04-02 22:15:00.000"
-- 2: "2026-04-02 23:15:00.000"
-- 3: 500001

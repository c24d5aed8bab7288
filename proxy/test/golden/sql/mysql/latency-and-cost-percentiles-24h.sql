-- Percentiles of latency and of cost together, 24 h: two statements
-- {"kind":"summary","metrics":["latency_p50","latency_p99","cost_p50","cost_max","requests"]}

select group_concat(concat(`aitoys_sketch_index`, ':', `latencyRequests`)) as `aitoys_sketch`,
  sum(`latencyRequests`) as `latencyRequests`,
  sum(`requests`) as `requests`,
  min(`latencyMin`) as `latencyMin`,
  max(`latencyMax`) as `latencyMax`,
  sum(`costRankedRequests`) as `costRankedRequests`,
  sum(`costRequests`) as `costRequests`
from (
  select case when `total_time` > 0 then cast(ceil(ln(`total_time`) / ln(?)) as signed) when `total_time` = 0 then ? end as `aitoys_sketch_index`,
    count(case when `total_time` >= ? then 1 end) as `latencyRequests`,
    count(*) as `requests`,
    min(case when `total_time` >= ? then `total_time` * 1 end) as `latencyMin`,
    max(case when `total_time` >= ? then `total_time` * 1 end) as `latencyMax`,
    count(case when `cost` >= 0 then 1 end) as `costRankedRequests`,
    count(`cost`) as `costRequests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_sketch_index`
) as `cells`
limit ?;
-- 1: 1.02
-- 2: -1000000
-- 3: 0
-- 4: 0
-- 5: 0
-- 6: "2026-04-30 00:00:00.000"
-- 7: "2026-05-01 00:00:00.000"
-- 8: 500001

select group_concat(concat(`aitoys_sketch_index`, ':', `costRankedRequests`)) as `aitoys_sketch`,
  sum(`costRankedRequests`) as `costRankedRequests`,
  min(`costMin`) as `costMin`,
  max(`costMax`) as `costMax`
from (
  select case when `cost` > 0 then cast(ceil(ln(`cost`) / ln(?)) as signed) when `cost` = 0 then ? end as `aitoys_sketch_index`,
    count(case when `cost` >= 0 then 1 end) as `costRankedRequests`,
    min(case when `cost` >= 0 then `cost` * 1 end) as `costMin`,
    max(`cost` * 1) as `costMax`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_sketch_index`
) as `cells`
limit ?;
-- 1: 1.02
-- 2: -1000000
-- 3: "2026-04-30 00:00:00.000"
-- 4: "2026-05-01 00:00:00.000"
-- 5: 500001

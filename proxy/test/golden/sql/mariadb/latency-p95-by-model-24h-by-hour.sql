-- p95 latency by model, 24 h, 1 h buckets
-- {"metrics":["latency_p95"],"groupBy":["model_name"],"interval":"1h"}

select `aitoys_bucket` as `aitoys_bucket`,
  `aitoys_group_1` as `aitoys_group_1`,
  group_concat(concat(`aitoys_sketch_index`, ':', `latencyRequests`)) as `aitoys_sketch`,
  sum(`latencyRequests`) as `latencyRequests`,
  sum(`requests`) as `requests`,
  min(`latencyMin`) as `latencyMin`,
  max(`latencyMax`) as `latencyMax`
from (
  select (to_seconds(`start_time`) - ? + ?) div ? as `aitoys_bucket`,
    convert(`model_name` using utf8mb4) collate utf8mb4_nopad_bin as `aitoys_group_1`,
    case when `total_time` > 0 then cast(ceil(ln(`total_time`) / ln(?)) as signed) when `total_time` = 0 then ? end as `aitoys_sketch_index`,
    count(case when `total_time` >= ? then 1 end) as `latencyRequests`,
    count(*) as `requests`,
    min(case when `total_time` >= ? then `total_time` * 1 end) as `latencyMin`,
    max(case when `total_time` >= ? then `total_time` * 1 end) as `latencyMax`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_bucket`,
    `aitoys_group_1`,
    `aitoys_sketch_index`
) as `cells`
group by `aitoys_bucket`,
  `aitoys_group_1`
limit ?;
-- 1: 62167219200
-- 2: -1777507200
-- 3: 3600
-- 4: 1.02
-- 5: -1000000
-- 6: 0
-- 7: 0
-- 8: 0
-- 9: "2026-04-30 00:00:00.000"
-- 10: "2026-05-01 00:00:00.000"
-- 11: 500001

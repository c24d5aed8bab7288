-- p95 latency of the three dearest monitors, one of them without a name, and of all others: the second step
-- {"metrics":["latency_p95"],"groupBy":["monitor_id"],"interval":"1h","top":{"limit":3,"by":"cost","other":true}}

select `aitoys_bucket` as `aitoys_bucket`,
  `aitoys_group_1` as `aitoys_group_1`,
  group_concat(concat(`aitoys_sketch_index`, ':', `latencyRequests`)) as `aitoys_sketch`,
  sum(`latencyRequests`) as `latencyRequests`,
  sum(`requests`) as `requests`,
  min(`latencyMin`) as `latencyMin`,
  max(`latencyMax`) as `latencyMax`
from (
  select (to_seconds(`start_time`) - ? + ?) div ? as `aitoys_bucket`,
    case when ((`monitor_id` is not null and `monitor_id` in (?, ?, ?) and convert(`monitor_id` using utf8mb4) collate utf8mb4_0900_bin in (?, ?, ?)) or `monitor_id` is null or convert(`monitor_id` using utf8mb4) collate utf8mb4_0900_bin = '') then convert(`monitor_id` using utf8mb4) collate utf8mb4_0900_bin else ? end as `aitoys_group_1`,
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
-- 4: "nightly"
-- 5: "(none)"
-- 6: "it's"
-- 7: "nightly"
-- 8: "(none)"
-- 9: "it's"
-- 10: "(other)"
-- 11: 1.02
-- 12: -1000000
-- 13: 0
-- 14: 0
-- 15: 0
-- 16: "2026-04-30 00:00:00.000"
-- 17: "2026-05-01 00:00:00.000"
-- 18: 500001

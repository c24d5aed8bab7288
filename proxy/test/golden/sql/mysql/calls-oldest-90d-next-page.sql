-- The second page of the oldest calls
-- {"kind":"calls","order":{"by":"start_time","direction":"asc"}}

select max(start_time) as `last`,
  count(*) as `calls`
from (
  select `start_time`,
    `provider`
  from `ai_metrics`
  where ((`start_time` >= ? and `start_time` < ?)
    and (`start_time` >= ? and (`start_time` > ? or `id` > ?)))
  order by `start_time` asc
  limit ?
) as `times`;
-- 1: "2026-01-31 00:00:00.000"
-- 2: "2026-05-01 00:00:00.000"
-- 3: "2026-01-31 00:00:00.000"
-- 4: "2026-01-31 00:00:00.000"
-- 5: 7
-- 6: 101

select `start_time` as `start_time`,
  `provider` as `provider`,
  `model_name` as `model_name`,
  `total_time` * 1 as `total_time`,
  `cost` * 1 as `cost`,
  `total_tokens` * 1 as `total_tokens`,
  `prompt_tokens` * 1 as `prompt_tokens`,
  `completion_tokens` * 1 as `completion_tokens`,
  `monitor_id` as `monitor_id`,
  `end_time` as `end_time`,
  `id` as `id`
from `ai_metrics`
where (((`start_time` >= ? and `start_time` < ?) and (`start_time` >= ? and (`start_time` > ? or `id` > ?)))
  and `start_time` <= ?)
order by `start_time` asc,
  `id` asc
limit ?;
-- 1: "2026-01-31 00:00:00.000"
-- 2: "2026-05-01 00:00:00.000"
-- 3: "2026-01-31 00:00:00.000"
-- 4: "2026-01-31 00:00:00.000"
-- 5: 7
-- 6: "2026-01-31 01:00:00.000"
-- 7: 101

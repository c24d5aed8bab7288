-- A page of the calls without a duration, which are the last
-- {"kind":"calls","order":{"by":"total_time","direction":"asc"}}

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
where ((`start_time` >= ? and `start_time` < ?)
  and (`total_time` is null and `id` > ?))
order by `total_time` is null,
  `total_time` * 1 asc,
  `id` asc
limit ?;
-- 1: "2026-04-30 00:00:00.000"
-- 2: "2026-05-01 00:00:00.000"
-- 3: 7
-- 4: 101

-- The dearest calls of 24 hours
-- {"kind":"calls","order":{"by":"cost"},"limit":10}

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
where (`start_time` >= ?
  and `start_time` < ?)
order by `cost` is null,
  `cost` * 1 desc,
  `id` desc
limit ?;
-- 1: "2026-04-30 00:00:00.000"
-- 2: "2026-05-01 00:00:00.000"
-- 3: 11

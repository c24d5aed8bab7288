-- The page after it, of one provider
-- {"kind":"calls","filters":[{"key":"provider","operator":"=","values":["openai"]}],"limit":1000}

select min(start_time) as `last`,
  count(*) as `calls`
from (
  select `start_time`,
    `provider`
  from `ai_metrics`
  where ((`start_time` >= ? and `start_time` < ? and (`provider` is not null and `provider` in (?) and convert(`provider` using utf8mb4) collate utf8mb4_nopad_bin in (?)))
    and (`start_time` <= ? and (`start_time` < ? or `id` < cast(? as decimal(65, 30)))))
  order by `start_time` desc
  limit ?
) as `times`;
-- 1: "2026-01-31 00:00:00.000"
-- 2: "2026-05-01 00:00:00.000"
-- 3: "openai"
-- 4: "openai"
-- 5: "2026-04-30 23:00:00.000"
-- 6: "2026-04-30 23:00:00.000"
-- 7: "18446744073709551615"
-- 8: 1001

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
where (((`start_time` >= ? and `start_time` < ? and (`provider` is not null and `provider` in (?) and convert(`provider` using utf8mb4) collate utf8mb4_nopad_bin in (?))) and (`start_time` <= ? and (`start_time` < ? or `id` < cast(? as decimal(65, 30)))))
  and `start_time` >= ?)
order by `start_time` desc,
  `id` desc
limit ?;
-- 1: "2026-01-31 00:00:00.000"
-- 2: "2026-05-01 00:00:00.000"
-- 3: "openai"
-- 4: "openai"
-- 5: "2026-04-30 23:00:00.000"
-- 6: "2026-04-30 23:00:00.000"
-- 7: "18446744073709551615"
-- 8: "2026-04-30 12:00:00.000"
-- 9: 1001

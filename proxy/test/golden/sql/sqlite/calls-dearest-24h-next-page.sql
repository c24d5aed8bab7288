-- The page after a cost with more digits than a float64
-- {"kind":"calls","order":{"by":"cost"},"limit":10}

select "start_time" as "start_time",
  "provider" as "provider",
  "model_name" as "model_name",
  "total_time" * 1 as "total_time",
  "cost" * 1 as "cost",
  "total_tokens" * 1 as "total_tokens",
  "prompt_tokens" * 1 as "prompt_tokens",
  "completion_tokens" * 1 as "completion_tokens",
  "monitor_id" as "monitor_id",
  "end_time" as "end_time",
  "id" as "id"
from "ai_metrics"
where (("start_time" >= ? and "start_time" < ?)
  and (("cost" * 1 <= cast(? as numeric) and ("cost" * 1 < cast(? as numeric) or "id" < ?)) or "cost" is null))
order by "cost" is null,
  "cost" * 1 desc,
  "id" desc
limit ?;
-- 1: "2026-04-30 00:00:00.000"
-- 2: "2026-05-01 00:00:00.000"
-- 3: "12345678901234567.12345678"
-- 4: "12345678901234567.12345678"
-- 5: 7
-- 6: 11

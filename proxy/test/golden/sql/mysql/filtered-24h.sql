-- Every operator at once
-- {"kind":"summary","metrics":["requests"],"filters":[{"key":"provider","operator":"=","values":["it's"]},{"key":"provider","operator":"!=","values":["(none)"]},{"key":"model_name","operator":"in","values":["a","A","a "]},{"key":"model_name","operator":"not in","values":["模型","\\' OR 1=1 -- "]},{"key":"monitor_id","operator":"starts with","values":["50%_"]},{"key":"monitor_id","operator":"contains","values":["\\"]},{"key":"total_time","operator":">","values":[1000]},{"key":"cost","operator":"<=","values":["0.5"]}]}

select *
from (
  select count(*) as `requests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?
    and (`provider` is not null and `provider` in (?) and convert(`provider` using utf8mb4) collate utf8mb4_0900_bin in (?))
    and not ((`provider` is not null and `provider` in (?) and convert(`provider` using utf8mb4) collate utf8mb4_0900_bin in (?)) or `provider` is null or convert(`provider` using utf8mb4) collate utf8mb4_0900_bin = '')
    and (`model_name` is not null and `model_name` in (?, ?, ?) and convert(`model_name` using utf8mb4) collate utf8mb4_0900_bin in (?, ?, ?))
    and not (`model_name` is not null and convert(`model_name` using utf8mb4) collate utf8mb4_0900_bin in (?, ?))
    and instr(convert(`monitor_id` using utf8mb4) collate utf8mb4_0900_bin, ?) = 1
    and instr(convert(`monitor_id` using utf8mb4) collate utf8mb4_0900_bin, ?) > 0
    and `total_time` > ?
    and `cost` <= ?)
) as `answered`
limit ?;
-- 1: "2026-04-30 00:00:00.000"
-- 2: "2026-05-01 00:00:00.000"
-- 3: "it's"
-- 4: "it's"
-- 5: "(none)"
-- 6: "(none)"
-- 7: "a"
-- 8: "A"
-- 9: "a "
-- 10: "a"
-- 11: "A"
-- 12: "a "
-- 13: "模型"
-- 14: "\\' OR 1=1 -- "
-- 15: "50%_"
-- 16: "\\"
-- 17: 1000
-- 18: 0.5
-- 19: 500001

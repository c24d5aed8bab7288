-- Requests by weekday and hour of day in Europe/Berlin, over the change to summer time
-- {"kind":"summary","groupBy":["day_of_week","hour_of_day"],"metrics":["requests"],"timezone":"Europe/Berlin"}

select *
from (
  select case when `start_time` < ? then ((to_seconds(`start_time`) - ? + ?) div ?) % ? else ((to_seconds(`start_time`) - ? + ?) div ?) % ? end as `aitoys_group_1`,
    case when `start_time` < ? then ((to_seconds(`start_time`) - ? + ?) div ?) % ? else ((to_seconds(`start_time`) - ? + ?) div ?) % ? end as `aitoys_group_2`,
    count(*) as `requests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_group_1`,
    `aitoys_group_2`
) as `answered`
limit ?;
-- 1: "2026-03-29 01:00:00.000"
-- 2: 62167219200
-- 3: 867600
-- 4: 86400
-- 5: 7
-- 6: 62167219200
-- 7: 871200
-- 8: 86400
-- 9: 7
-- 10: "2026-03-29 01:00:00.000"
-- 11: 62167219200
-- 12: 608400
-- 13: 3600
-- 14: 24
-- 15: 62167219200
-- 16: 612000
-- 17: 3600
-- 18: 24
-- 19: "2026-01-31 00:00:00.000"
-- 20: "2026-05-01 00:00:00.000"
-- 21: 500001

-- Requests by weekday and hour of day in Europe/Berlin, over the change to summer time
-- {"kind":"summary","groupBy":["day_of_week","hour_of_day"],"metrics":["requests"],"timezone":"Europe/Berlin"}

select *
from (
  select case when "start_time" < ? then (cast(floor((unixepoch("start_time") + ?) / ?) as integer)) % ? else (cast(floor((unixepoch("start_time") + ?) / ?) as integer)) % ? end as "aitoys_group_1",
    case when "start_time" < ? then (cast(floor((unixepoch("start_time") + ?) / ?) as integer)) % ? else (cast(floor((unixepoch("start_time") + ?) / ?) as integer)) % ? end as "aitoys_group_2",
    count(*) as "requests"
  from "ai_metrics"
  where ("start_time" >= ?
    and "start_time" < ?)
  group by "aitoys_group_1",
    "aitoys_group_2"
) as "answered"
limit ?;
-- 1: "2026-03-29 01:00:00.000"
-- 2: 867600
-- 3: 86400
-- 4: 7
-- 5: 871200
-- 6: 86400
-- 7: 7
-- 8: "2026-03-29 01:00:00.000"
-- 9: 608400
-- 10: 3600
-- 11: 24
-- 12: 612000
-- 13: 3600
-- 14: 24
-- 15: "2026-01-31 00:00:00.000"
-- 16: "2026-05-01 00:00:00.000"
-- 17: 500001

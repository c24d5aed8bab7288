-- Requests and cost by day in Europe/Berlin, over the change to summer time
-- {"metrics":["requests","cost"],"interval":"day","timezone":"Europe/Berlin"}

select *
from (
  select case when "start_time" < ? then cast(floor((unixepoch("start_time") + ?) / ?) as integer) else cast(floor((unixepoch("start_time") + ?) / ?) as integer) end as "aitoys_bucket",
    count(*) as "requests",
    sum(cast(round("cost" * 100000000) as integer)) as "costSum",
    count("cost") as "costRequests"
  from "ai_metrics"
  where ("start_time" >= ?
    and "start_time" < ?)
  group by "aitoys_bucket"
) as "answered"
limit ?;
-- 1: "2026-03-29 01:00:00.000"
-- 2: -1774652400
-- 3: 86400
-- 4: -1774648800
-- 5: 86400
-- 6: "2026-03-27 23:00:00.000"
-- 7: "2026-03-30 22:00:00.000"
-- 8: 500001

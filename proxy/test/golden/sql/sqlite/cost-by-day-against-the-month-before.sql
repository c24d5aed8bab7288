-- Cost by day in Europe/Berlin, 30 days, against the month before, in which the clock changed
-- {"metrics":["cost"],"interval":"day","timezone":"Europe/Berlin","compare":"month"}

select *
from (
  select cast(floor((unixepoch("start_time") + ?) / ?) as integer) as "aitoys_bucket",
    count(*) as "requests",
    sum(cast(round("cost" * 100000000) as integer)) as "costSum",
    count("cost") as "costRequests"
  from "ai_metrics"
  where ("start_time" >= ?
    and "start_time" < ?)
  group by "aitoys_bucket"
) as "answered"
limit ?;
-- 1: -1774994400
-- 2: 86400
-- 3: "2026-04-01 00:00:00.000"
-- 4: "2026-05-01 00:00:00.000"
-- 5: 500001

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
-- 2: -1772319600
-- 3: 86400
-- 4: -1772316000
-- 5: 86400
-- 6: "2026-03-01 01:00:00.000"
-- 7: "2026-04-01 00:00:00.000"
-- 8: 500001

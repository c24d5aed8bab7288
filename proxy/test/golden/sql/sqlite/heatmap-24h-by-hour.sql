-- Requests by hour and row of latency, 24 h
-- {"kind":"heatmap","metrics":["requests"],"interval":"1h"}

select *
from (
  select cast(floor((unixepoch("start_time") + ?) / ?) as integer) as "aitoys_bucket",
    case when "total_time" > 1 then cast(floor((cast(ceil(ln("total_time") / ln(?)) as integer) + ?) / ?) as integer) when "total_time" >= 0 then 0 end as "aitoys_group_1",
    count(*) as "requests"
  from "ai_metrics"
  where ("start_time" >= ?
    and "start_time" < ?)
  group by "aitoys_bucket",
    "aitoys_group_1"
) as "answered"
limit ?;
-- 1: -1777507200
-- 2: 3600
-- 3: 1.02
-- 4: 11
-- 5: 12
-- 6: "2026-04-30 00:00:00.000"
-- 7: "2026-05-01 00:00:00.000"
-- 8: 500001

-- Requests by hour and row of latency, 24 h
-- {"kind":"heatmap","metrics":["requests"],"interval":"1h"}

select *
from (
  select (to_seconds(`start_time`) - ? + ?) div ? as `aitoys_bucket`,
    case when `total_time` > 1 then (cast(ceil(ln(`total_time`) / ln(?)) as signed) + ?) div ? when `total_time` >= 0 then 0 end as `aitoys_group_1`,
    count(*) as `requests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_bucket`,
    `aitoys_group_1`
) as `answered`
limit ?;
-- 1: 62167219200
-- 2: -1777507200
-- 3: 3600
-- 4: 1.02
-- 5: 11
-- 6: 12
-- 7: "2026-04-30 00:00:00.000"
-- 8: "2026-05-01 00:00:00.000"
-- 9: 500001

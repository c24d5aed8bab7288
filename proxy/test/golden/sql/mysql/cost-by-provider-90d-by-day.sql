-- Cost by provider, 90 days, 1 day buckets
-- {"metrics":["cost"],"groupBy":["provider"],"interval":"day"}

select *
from (
  select (to_seconds(`start_time`) - ? + ?) div ? as `aitoys_bucket`,
    convert(`provider` using utf8mb4) collate utf8mb4_0900_bin as `aitoys_group_1`,
    count(*) as `requests`,
    sum(`cost`) as `costSum`,
    count(`cost`) as `costRequests`
  from `ai_metrics`
  where (`start_time` >= ?
    and `start_time` < ?)
  group by `aitoys_bucket`,
    `aitoys_group_1`
) as `answered`
limit ?;
-- 1: 62167219200
-- 2: -1769817600
-- 3: 86400
-- 4: "2026-01-31 00:00:00.000"
-- 5: "2026-05-01 00:00:00.000"
-- 6: 500001

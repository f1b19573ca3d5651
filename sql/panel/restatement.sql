-- What earlier runs said of closed months, and what is said of them now.
-- grain:   one row per run_id, kpi, month, dimension, member and bucket
-- formula: change = after - before
-- source:  mart.restatement
-- unit:    as the column unit says; amounts in the currency of the row
select
    run_id, previous_run_id, known_at, cause, month_end, kpi, bucket, dimension, member, before, after, change, unit, currency
from mart.restatement
order by known_at desc, run_id, case when bucket = '' then 0 else 1 end, month desc, kpi, bucket, dimension, member

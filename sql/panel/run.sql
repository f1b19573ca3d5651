-- The refresh these figures come from.
-- grain:  one row
-- source: mart.run
select
    run_id, as_of, known_at, started_at, finished_at, batches, rows_landed, rows_rejected, company, reporting_currency, entity
from mart.run
order by run_id

-- Open instalments by how late they are, in the reporting currency, before unapplied cash and credits.
-- grain:  one row per entity and bucket of days past due
-- source: mart.aging, mart.run
-- unit:   reporting currency
select
    aging.entity as entity,
    run.reporting_currency as currency,
    aging.bucket as bucket,
    sum(aging.reporting_amount) as value
from mart.aging as aging
cross join mart.run as run
where aging.basis = 'due'
group by aging.entity, run.reporting_currency, aging.bucket, aging.bucket_order
order by aging.entity, aging.bucket_order

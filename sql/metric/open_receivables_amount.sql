-- Open instalments by how late they are, in the currency of the document, before unapplied cash and credits.
-- grain:  one row per entity, currency and bucket of days past due
-- source: mart.aging
-- unit:   document currency
select aging.entity as entity, aging.currency as currency, aging.bucket as bucket, aging.open_amount as value
from mart.aging as aging
where aging.basis = 'due'
order by aging.entity, aging.currency, aging.bucket_order

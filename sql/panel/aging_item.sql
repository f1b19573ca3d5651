-- What is open, by whose it is, how late and how old.
-- grain:   one row per entity, currency, segment, collector, bucket and age_bucket
-- formula: bucket counts days from the due date, age_bucket days from the invoice date, as in mart.aging
-- source:  mart.customer, mart.open_item
-- unit:    reporting currency
with
placed as (
    select
        item.entity as entity,
        item.currency as currency,
        coalesce(customer.segment, '(none)') as segment,
        coalesce(customer.collector, '(none)') as collector,
        item.bucket as bucket,
        item.age_bucket as age_bucket,
        item.reporting_amount as amount
    from mart.open_item as item
    left join mart.customer as customer
        on customer.customer_id = item.customer_id
)
select
    placed.entity as entity,
    placed.currency as currency,
    placed.segment as segment,
    placed.collector as collector,
    placed.bucket as bucket,
    placed.age_bucket as age_bucket,
    count(*) as items,
    sum(placed.amount) as amount
from placed
group by placed.entity, placed.currency, placed.segment, placed.collector, placed.bucket, placed.age_bucket
order by placed.entity, placed.currency, placed.segment, placed.collector, placed.bucket, placed.age_bucket

-- Who owes what is open, by whose it is, how late and how old: what a cell of the aging leads to.
-- grain:   one row per customer_id, entity, currency, bucket and age_bucket; a page reads the rows of one cell
-- formula: bucket counts days from the due date, age_bucket days from the invoice date, as in mart.aging
-- source:  mart.customer, mart.open_item
-- unit:    reporting currency; oldest_days counts from the due date
with
placed as (
    select
        item.customer_id as customer_id,
        coalesce(customer.name, item.customer_id) as name,
        item.entity as entity,
        item.currency as currency,
        coalesce(customer.segment, '(none)') as segment,
        coalesce(customer.collector, '(none)') as collector,
        item.bucket as bucket,
        item.age_bucket as age_bucket,
        item.days_past_due as days_past_due,
        item.reporting_amount as amount
    from mart.open_item as item
    left join mart.customer as customer
        on customer.customer_id = item.customer_id
)
select
    placed.customer_id as customer_id,
    placed.name as name,
    placed.entity as entity,
    placed.currency as currency,
    placed.segment as segment,
    placed.collector as collector,
    placed.bucket as bucket,
    placed.age_bucket as age_bucket,
    count(*) as items,
    max(placed.days_past_due) as oldest_days,
    sum(placed.amount) as amount
from placed
group by placed.customer_id, placed.name, placed.entity, placed.currency, placed.segment, placed.collector, placed.bucket, placed.age_bucket
order by placed.customer_id, placed.entity, placed.currency, placed.bucket, placed.age_bucket

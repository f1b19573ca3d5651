-- Open receivables by how late they are, and by how old, on the day the books are read.
-- grain:   one row per basis, entity, currency and bucket
-- formula: basis due counts days from the due date, basis invoice from the invoice date; credits stand apart
-- source:  core.balance, core.period
-- unit:    document currency; reporting currency at the closing rate
with
item as (
    select
        balance.entity as entity,
        balance.currency as currency,
        balance.bucket as bucket,
        balance.age_bucket as age_bucket,
        balance.items as items,
        balance.open_amount as open_amount,
        balance.reporting_amount as reporting_amount
    from core.balance as balance
    join core.period as period
        on period.month = balance.month
    where period.is_as_of
        and balance.side = 'item'
),
aged as (
    select
        named.basis as basis,
        item.entity as entity,
        item.currency as currency,
        named.bucket as bucket,
        named.bucket_order as bucket_order,
        item.items as items,
        item.open_amount as open_amount,
        item.reporting_amount as reporting_amount
    from item
    join (
        values
        ('due', 'current', 1),
        ('due', '1-30', 2),
        ('due', '31-60', 3),
        ('due', '61-90', 4),
        ('due', '91+', 5),
        ('invoice', '0-30', 1),
        ('invoice', '31-60', 2),
        ('invoice', '61-90', 3),
        ('invoice', '91+', 4)
    ) as named (basis, bucket, bucket_order)
        on named.basis = 'due' and named.bucket = item.bucket
        or named.basis = 'invoice' and named.bucket = item.age_bucket
)
select
    aged.basis as basis,
    aged.entity as entity,
    aged.currency as currency,
    aged.bucket as bucket,
    cast(aged.bucket_order as bigint) as bucket_order,
    cast(sum(aged.items) as bigint) as items,
    cast(sum(aged.open_amount) as decimal(38, 3)) as open_amount,
    cast(sum(aged.reporting_amount) as decimal(38, 12)) as reporting_amount
from aged
group by aged.basis, aged.entity, aged.currency, aged.bucket, aged.bucket_order

-- Cash that can keep promises and payment plans: receipts standing at as_of, by the invoice they were applied to or as not applied, whatever became of it.
-- grain:  one row per source_id and invoice_id ('' for what is unapplied) of customers who promised or have a plan
-- source: core.period, core.plan, core.promise, core.reduction, core.source
-- unit:   document currency
with
promising as (
    select
        promise.customer_id as customer_id,
        promise.currency as currency
    from core.promise as promise
    group by promise.customer_id, promise.currency
    union
    select
        plan.customer_id as customer_id,
        plan.currency as currency
    from core.plan as plan
),
receipt as (
    select
        source.source_id as source_id,
        source.customer_id as customer_id,
        source.currency as currency,
        source.dated_day as received_day,
        source.amount as amount
    from core.source as source
    join core.period as period
        on period.is_as_of
        and source.dated_day <= period.end_day
        and period.end_day < source.until_day
    join promising
        on promising.customer_id = source.customer_id
        and promising.currency = source.currency
    where source.kind = 'payment'
),
applied as (
    select
        receipt.source_id as source_id,
        reduction.invoice_id as invoice_id,
        sum(reduction.amount) as amount
    from receipt
    join core.reduction as reduction
        on reduction.source_id = receipt.source_id
    join core.period as period
        on period.is_as_of
        and reduction.from_day <= period.end_day
        and period.end_day < reduction.until_day
    where reduction.kind = 'payment'
        and reduction.fault is null
    group by receipt.source_id, reduction.invoice_id
),
total as (
    select applied.source_id as source_id, sum(applied.amount) as amount
    from applied
    group by applied.source_id
),
piece as (
    select applied.source_id as source_id, applied.invoice_id as invoice_id, applied.amount as amount
    from applied
    union all
    select
        receipt.source_id as source_id,
        '' as invoice_id,
        receipt.amount - coalesce(total.amount, 0) as amount
    from receipt
    left join total
        on total.source_id = receipt.source_id
)
select
    receipt.customer_id as customer_id,
    receipt.currency as currency,
    receipt.source_id as source_id,
    piece.invoice_id as invoice_id,
    receipt.received_day as received_day,
    cast(piece.amount as decimal(18, 3)) as amount
from piece
join receipt
    on receipt.source_id = piece.source_id
where piece.amount > 0

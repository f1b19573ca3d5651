-- Cash that can keep promises: receipts standing at as_of, by the invoice they were applied to or as unapplied.
-- grain:  one row per source_id and invoice_id ('' for what is unapplied) of customers who promised
-- source: core.credit_span, core.period, core.promise, core.reduction, core.source
-- unit:   document currency
with
promising as (
    select
        promise.customer_id as customer_id,
        promise.currency as currency
    from core.promise as promise
    group by promise.customer_id, promise.currency
),
receipt as (
    select
        source.source_id as source_id,
        source.customer_id as customer_id,
        source.currency as currency,
        source.dated_day as received_day
    from core.source as source
    join promising
        on promising.customer_id = source.customer_id
        and promising.currency = source.currency
    where source.kind = 'payment'
),
piece as (
    select
        receipt.customer_id as customer_id,
        receipt.currency as currency,
        receipt.source_id as source_id,
        receipt.received_day as received_day,
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
    group by
        receipt.customer_id,
        receipt.currency,
        receipt.source_id,
        receipt.received_day,
        reduction.invoice_id
    union all
    select
        receipt.customer_id as customer_id,
        receipt.currency as currency,
        receipt.source_id as source_id,
        receipt.received_day as received_day,
        '' as invoice_id,
        span.open_amount as amount
    from receipt
    join core.credit_span as span
        on span.source_id = receipt.source_id
    join core.period as period
        on period.is_as_of
        and span.from_day <= period.end_day
        and period.end_day < span.to_day
)
select
    piece.customer_id as customer_id,
    piece.currency as currency,
    piece.source_id as source_id,
    piece.invoice_id as invoice_id,
    piece.received_day as received_day,
    cast(piece.amount as decimal(18, 3)) as amount
from piece
where piece.amount > 0

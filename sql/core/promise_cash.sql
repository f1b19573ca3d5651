-- Cash that can keep promises: receipts standing at as_of, by the invoice they were applied to or as unapplied.
-- grain:  one row per source_id and invoice_id ('' for what is unapplied) of customers who promised
-- source: core.credit_span, core.period, core.promise, core.reduction, core.source
-- unit:   document currency
with
promising as (
    select promise.customer_id as customer_id, promise.currency as currency
    from core.promise as promise
    group by promise.customer_id, promise.currency
),
piece as (
    select
        reduction.source_id as source_id,
        reduction.invoice_id as invoice_id,
        sum(reduction.amount) as amount
    from core.reduction as reduction
    join core.period as period
        on period.is_as_of
        and reduction.from_day <= period.end_day
        and period.end_day < reduction.until_day
    where reduction.kind = 'payment'
        and reduction.fault is null
    group by reduction.source_id, reduction.invoice_id
    union all
    select
        span.source_id as source_id,
        '' as invoice_id,
        span.open_amount as amount
    from core.credit_span as span
    join core.period as period
        on period.is_as_of
        and span.from_day <= period.end_day
        and period.end_day < span.to_day
    where span.kind = 'payment'
)
select
    source.customer_id as customer_id,
    source.currency as currency,
    source.source_id as source_id,
    piece.invoice_id as invoice_id,
    source.dated_day as received_day,
    cast(piece.amount as decimal(18, 3)) as amount
from piece
join core.source as source
    on source.source_id = piece.source_id
join promising
    on promising.customer_id = source.customer_id
    and promising.currency = source.currency
where piece.amount > 0

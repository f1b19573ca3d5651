-- What became known of the customers whose history is learnt from, on the day it became known.
-- Sums of number, days and amount over the events before a day are what was known at the beginning of that day: each kind that can
-- end (an item open or overdue, a payment that was reversed, a recent payment after 90 days) has a second, negative event.
-- grain:  one row per event: event_id, customer_id, day, kind
-- source: core.dispute, core.instalment_settlement, core.invoice, core.open_span, core.reduction, core.risk_customer, raw.day,
--         raw.month, stg.dispute_flag
-- unit:   amount in reporting currency at the invoice's rate; days late from 30 early to 120 late, D&B's anchors
with
payment as (
    select
        reduction.reduction_id as event_id,
        reduction.invoice_id as invoice_id,
        reduction.customer_id as customer_id,
        reduction.paid_day as paid_day,
        reduction.from_day as from_day,
        reduction.until_day as until_day,
        least(greatest(reduction.paid_day - reduction.due_day, -30), 120) as days_late
    from core.reduction as reduction
    join core.risk_customer as learnt
        on learnt.customer_id = reduction.customer_id
    where reduction.instalments = 0
        and reduction.kind = 'payment'
        and reduction.fault is null
        and reduction.from_day < reduction.until_day
    union all
    select
        share.invoice_id as event_id,
        share.invoice_id as invoice_id,
        share.customer_id as customer_id,
        share.paid_day as paid_day,
        share.from_day as from_day,
        share.until_day as until_day,
        least(greatest(share.paid_day - share.due_day, -30), 120) as days_late
    from core.instalment_settlement as share
    join core.risk_customer as learnt
        on learnt.customer_id = share.customer_id
    where share.kind = 'payment'
),
dated as (
    select
        payment.event_id as event_id,
        payment.customer_id as customer_id,
        payment.from_day as from_day,
        payment.until_day as until_day,
        payment.days_late as days_late,
        case when month.last_day - payment.paid_day < 5 then 1 else 0 end as at_month_end
    from payment
    join raw.day as paid_date
        on paid_date.day = payment.paid_day
    join raw.month as month
        on month.month = paid_date.month
),
item as (
    select
        span.invoice_id as event_id,
        span.customer_id as customer_id,
        span.due_day as due_day,
        span.from_day as from_day,
        span.to_day as to_day,
        cast(span.open_amount * span.rate as decimal(38, 12)) as amount
    from core.open_span as span
    join core.risk_customer as learnt
        on learnt.customer_id = span.customer_id
    where span.open_amount > 0
),
flagged as (
    select
        flag.invoice_id as event_id,
        payment.customer_id as customer_id,
        min(payment.from_day) as day
    from stg.dispute_flag as flag
    join payment
        on payment.invoice_id = flag.invoice_id
    group by flag.invoice_id, payment.customer_id
),
event as (
    select
        dated.event_id as event_id, dated.customer_id as customer_id, dated.from_day as day, 'paid' as kind,
        1 as number, dated.days_late as days, cast(dated.at_month_end as decimal(38, 12)) as amount
    from dated
    union all
    select
        dated.event_id as event_id, dated.customer_id as customer_id, dated.until_day as day, 'paid' as kind,
        -1 as number, dated.days_late as days, cast(dated.at_month_end as decimal(38, 12)) as amount
    from dated
    where dated.until_day < 2932896
    union all
    select
        dated.event_id as event_id, dated.customer_id as customer_id, dated.from_day as day, 'recent' as kind,
        1 as number, dated.days_late as days, cast(0 as decimal(38, 12)) as amount
    from dated
    union all
    select
        dated.event_id as event_id, dated.customer_id as customer_id, least(dated.until_day, dated.from_day + 90) as day,
        'recent' as kind, -1 as number, dated.days_late as days, cast(0 as decimal(38, 12)) as amount
    from dated
    union all
    select
        item.event_id as event_id, item.customer_id as customer_id, item.from_day as day, 'open' as kind,
        1 as number, 0 as days, item.amount as amount
    from item
    union all
    select
        item.event_id as event_id, item.customer_id as customer_id, item.to_day as day, 'open' as kind,
        -1 as number, 0 as days, item.amount as amount
    from item
    where item.to_day < 2932896
    union all
    select
        item.event_id as event_id, item.customer_id as customer_id, greatest(item.from_day, item.due_day + 1) as day,
        'overdue' as kind, 1 as number, 0 as days, item.amount as amount
    from item
    where item.due_day + 1 < item.to_day
    union all
    select
        item.event_id as event_id, item.customer_id as customer_id, item.to_day as day, 'overdue' as kind,
        -1 as number, 0 as days, item.amount as amount
    from item
    where item.due_day + 1 < item.to_day
        and item.to_day < 2932896
    union all
    select
        invoice.invoice_id as event_id, invoice.customer_id as customer_id, invoice.issued_day as day, 'issued' as kind,
        1 as number, 0 as days, cast(invoice.amount * invoice.rate as decimal(38, 12)) as amount
    from core.invoice as invoice
    join core.risk_customer as learnt
        on learnt.customer_id = invoice.customer_id
    where invoice.amount > 0
    union all
    select
        dispute.dispute_id as event_id, dispute.customer_id as customer_id, dispute.opened_day as day, 'disputed' as kind,
        1 as number, 0 as days, cast(0 as decimal(38, 12)) as amount
    from core.dispute as dispute
    join core.risk_customer as learnt
        on learnt.customer_id = dispute.customer_id
    where not dispute.orphan
    union all
    select
        flagged.event_id as event_id, flagged.customer_id as customer_id, flagged.day as day, 'disputed' as kind,
        1 as number, 0 as days, cast(0 as decimal(38, 12)) as amount
    from flagged
    union all
    select
        reduction.reduction_id as event_id, reduction.customer_id as customer_id, reduction.from_day as day, 'short' as kind,
        1 as number, 0 as days, cast(0 as decimal(38, 12)) as amount
    from core.reduction as reduction
    join core.risk_customer as learnt
        on learnt.customer_id = reduction.customer_id
    where reduction.kind = 'minor'
        and reduction.fault is null
)
select
    event.event_id as event_id,
    event.customer_id as customer_id,
    cast(event.day as bigint) as day,
    event.kind as kind,
    cast(event.number as bigint) as number,
    cast(event.days as bigint) as days,
    event.amount as amount
from event

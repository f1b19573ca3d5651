-- Items whose outcome payment risk is learnt from, with what became of each by as_of.
-- An item is settled on the day nothing of it is open any more. How late it was is told by the last receipt that counts, or, where it
-- was written off or only the ledger says that it was cleared, by the day it was closed. What was voided, or settled by credit memos
-- alone, was not paid, and nothing can be learnt from it; nor from what only vanished from a list, on a day that nobody knows.
-- grain:  one row per invoice_id and number of the customers in core.risk_customer
-- source: core.cleared_between, core.dispute, core.instalment, core.invoice, core.open_span,
--         core.risk_customer, raw.run_param, stg.dispute_flag, stg.settlement
-- unit:   amount in reporting currency at the invoice's rate; settled_day is NULL while the item is open; days_late is
--         what it has come to so far, and NULL before it is late
with
part as (
    select
        invoice.invoice_id as invoice_id,
        1 as number,
        invoice.customer_id as customer_id,
        invoice.issued_day as issued_day,
        invoice.due_day as due_day,
        cast(invoice.amount * invoice.rate as decimal(38, 12)) as amount,
        invoice.void_day as void_day,
        invoice.cleared_day as cleared_day
    from core.invoice as invoice
    join core.risk_customer as learnt
        on learnt.customer_id = invoice.customer_id
    where invoice.instalments = 0
    union all
    select
        invoice.invoice_id as invoice_id,
        instalment.number as number,
        invoice.customer_id as customer_id,
        invoice.issued_day as issued_day,
        instalment.due_day as due_day,
        cast(instalment.amount * invoice.rate as decimal(38, 12)) as amount,
        invoice.void_day as void_day,
        invoice.cleared_day as cleared_day
    from core.instalment as instalment
    join core.invoice as invoice
        on invoice.invoice_id = instalment.invoice_id
    join core.risk_customer as learnt
        on learnt.customer_id = invoice.customer_id
),
stood as (
    select
        span.invoice_id as invoice_id,
        span.number as number,
        max(span.to_day) as closed_day
    from core.open_span as span
    join core.risk_customer as learnt
        on learnt.customer_id = span.customer_id
    cross join raw.run_param as param
    where span.open_amount > 0
        and span.from_day <= param.as_of_day
    group by span.invoice_id, span.number
),
item as (
    select
        part.invoice_id as invoice_id,
        part.number as number,
        part.customer_id as customer_id,
        part.issued_day as issued_day,
        part.due_day as due_day,
        part.amount as amount,
        part.void_day as void_day,
        part.cleared_day as cleared_day,
        coalesce(stood.closed_day, part.issued_day) as closed_day
    from part
    join raw.run_param as param
        on part.issued_day <= param.as_of_day
    left join stood
        on stood.invoice_id = part.invoice_id
        and stood.number = part.number
    where part.amount > 0
),
settled as (
    select
        settling.invoice_id as invoice_id,
        settling.number as number,
        max(case when settling.kind = 'payment' then settling.paid_day end) as paid_day,
        max(case when settling.kind = 'write_off' then 1 else 0 end) as written_off
    from stg.settlement as settling
    join core.risk_customer as learnt
        on learnt.customer_id = settling.customer_id
    cross join raw.run_param as param
    where settling.from_day <= param.as_of_day
        and param.as_of_day < settling.until_day
    group by settling.invoice_id, settling.number
),
raised as (
    select dispute.invoice_id as invoice_id, dispute.opened_day as raised_day
    from core.dispute as dispute
    cross join raw.run_param as param
    where dispute.opened_day <= param.as_of_day
    union all
    select flag.invoice_id as invoice_id, invoice.issued_day as raised_day
    from stg.dispute_flag as flag
    join core.invoice as invoice
        on invoice.invoice_id = flag.invoice_id
),
disputed as (
    select raised.invoice_id as invoice_id, min(raised.raised_day) as raised_day
    from raised
    group by raised.invoice_id
),
told as (
    select
        item.invoice_id as invoice_id,
        item.number as number,
        item.customer_id as customer_id,
        item.issued_day as issued_day,
        item.due_day as due_day,
        item.amount as amount,
        case when disputed.raised_day <= item.due_day then 1 else 0 end as disputed,
        case when item.closed_day <= param.as_of_day then item.closed_day end as settled_day,
        case
            when item.closed_day > param.as_of_day and item.due_day < param.as_of_day then param.as_of_day - item.due_day
            when item.closed_day > param.as_of_day then null
            when item.void_day <= item.closed_day then null
            when vanished.invoice_id is not null and settled.paid_day is null then null
            when settled.written_off = 1 or item.cleared_day = item.closed_day
                then coalesce(settled.paid_day, item.closed_day) - item.due_day
            else settled.paid_day - item.due_day
        end as days_late
    from item
    cross join raw.run_param as param
    left join settled
        on settled.invoice_id = item.invoice_id
        and settled.number = item.number
    left join disputed
        on disputed.invoice_id = item.invoice_id
    left join core.cleared_between as vanished
        on vanished.invoice_id = item.invoice_id
        and vanished.gone_day = item.closed_day
)
select
    told.invoice_id as invoice_id,
    told.number as number,
    told.customer_id as customer_id,
    told.issued_day as issued_day,
    told.due_day as due_day,
    told.amount as amount,
    cast(told.disputed as bigint) as disputed,
    cast(told.settled_day as bigint) as settled_day,
    cast(told.days_late as bigint) as days_late
from told
where told.settled_day is null
    or told.days_late is not null

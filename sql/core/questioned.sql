-- Invoices whose lines are worth looking at: open on the day the books are read, or disputed by then, whatever came of it.
-- grain:  one row per invoice_id
-- source: core.dispute, core.invoice, core.period, mart.open_item
-- unit:   document currency; rate in reporting currency
with
looked_at as (
    select
        item.invoice_id as invoice_id,
        item.open_amount as open_amount,
        0 as disputes
    from mart.open_item as item
    union all
    select
        dispute.invoice_id as invoice_id,
        0 as open_amount,
        1 as disputes
    from core.dispute as dispute
    join core.period as period
        on period.is_as_of
        and dispute.opened_day <= period.end_day
    where not dispute.orphan
),
summed as (
    select
        looked_at.invoice_id as invoice_id,
        sum(looked_at.open_amount) as open_amount,
        sum(looked_at.disputes) as disputes
    from looked_at
    group by looked_at.invoice_id
)
select
    summed.invoice_id as invoice_id,
    invoice.customer_id as customer_id,
    invoice.entity as entity,
    invoice.currency as currency,
    invoice.rate as rate,
    invoice.issued_day as issued_day,
    invoice.amount as amount,
    cast(summed.open_amount as decimal(18, 3)) as open_amount,
    cast(summed.disputes as bigint) as disputes
from summed
join core.invoice as invoice
    on invoice.invoice_id = summed.invoice_id

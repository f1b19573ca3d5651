-- Invoices whose lines are worth looking at: open on the day the books are read, or disputed by then, whatever came of it.
-- grain:  one row per invoice_id
-- source: core.dispute, core.period, mart.open_item
-- unit:   document currency
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
)
select
    looked_at.invoice_id as invoice_id,
    cast(sum(looked_at.open_amount) as decimal(18, 3)) as open_amount,
    cast(sum(looked_at.disputes) as bigint) as disputes
from looked_at
group by looked_at.invoice_id

-- Invoices of which a payment left a small part open that nobody has disputed: the customer seems to have taken it off.
-- An invoice in instalments is not looked at while one of them is still to fall due.
-- grain:   one row per invoice_id
-- formula: paid at least the configured share of the invoice, short = open - disputed, more than 0.01
-- source:  core.disputed_item, core.period, core.reduction, mart.open_item, raw.validation_rule
-- unit:    document currency; payment_id is the last payment on the invoice
with
open_invoice as (
    select
        item.invoice_id as invoice_id,
        item.customer_id as customer_id,
        item.entity as entity,
        item.currency as currency,
        sum(item.open_amount) as open_amount,
        sum(item.reporting_amount) as reporting_amount,
        min(item.days_past_due) as least_days_past_due,
        count(*) as parts
    from mart.open_item as item
    where item.kind = 'invoice'
    group by item.invoice_id, item.customer_id, item.entity, item.currency
),
receipt as (
    select
        owed.invoice_id as invoice_id,
        reduction.source_id as payment_id,
        reduction.paid_day as paid_day,
        sum(reduction.amount) over (partition by owed.invoice_id) as paid_amount,
        row_number() over (
            partition by owed.invoice_id
            order by reduction.paid_day desc, reduction.source_id desc, reduction.reduction_id desc
        ) as place
    from open_invoice as owed
    join core.period as period
        on period.is_as_of
    join core.reduction as reduction
        on reduction.customer_id = owed.customer_id
        and reduction.invoice_id = owed.invoice_id
        and reduction.kind = 'payment'
        and reduction.fault is null
        and reduction.from_day <= period.end_day
        and period.end_day < reduction.until_day
    where owed.parts = 1
        or owed.least_days_past_due > 0
),
claimed as (
    select
        item.invoice_id as invoice_id,
        item.open_amount as amount,
        item.reporting_amount as reporting_amount
    from core.disputed_item as item
    join core.period as period
        on period.month = item.month
        and period.is_as_of
)
select
    owed.invoice_id as invoice_id,
    receipt.payment_id as payment_id,
    owed.customer_id as customer_id,
    owed.entity as entity,
    owed.currency as currency,
    receipt.paid_day as paid_day,
    cast(receipt.paid_amount as decimal(18, 3)) as paid_amount,
    cast(owed.open_amount - coalesce(claimed.amount, 0) as decimal(18, 3)) as short_amount,
    cast(owed.reporting_amount - coalesce(claimed.reporting_amount, 0) as decimal(38, 12)) as reporting_amount
from open_invoice as owed
join receipt
    on receipt.invoice_id = owed.invoice_id
    and receipt.place = 1
cross join raw.validation_rule as rule
left join claimed
    on claimed.invoice_id = owed.invoice_id
where owed.open_amount - coalesce(claimed.amount, 0) > 0.01
    and receipt.paid_amount >= (receipt.paid_amount + owed.open_amount) * rule.deduction_paid_share

-- Invoices issued in each period's window, and what of them has been disputed by its end, several cases counted once.
-- grain:  one row per month, entity, currency and member
-- source: core.dispute, core.invoice, core.member, core.period
-- unit:   reporting currency at the invoice's rate; voided and negative invoices are out
with
claimed as (
    select
        dispute.invoice_id as invoice_id,
        dispute.opened_day as opened_day,
        dispute.amount as amount
    from core.dispute as dispute
    where not dispute.orphan
),
disputed as (
    select
        period.month as month,
        claimed.invoice_id as invoice_id,
        sum(claimed.amount) as amount
    from claimed
    join core.period as period
        on claimed.opened_day <= period.end_day
    group by period.month, claimed.invoice_id
),
issued as (
    select
        period.month as month,
        invoice.entity as entity,
        invoice.currency as currency,
        invoice.customer_id as customer_id,
        count(*) as invoices,
        sum(invoice.amount * invoice.rate) as invoiced
    from core.invoice as invoice
    join core.period as period
        on invoice.issued_day between period.window_first_day and period.end_day
        and period.end_day < invoice.void_day
    where invoice.amount > 0
    group by period.month, invoice.entity, invoice.currency, invoice.customer_id
),
contested as (
    select
        period.month as month,
        invoice.entity as entity,
        invoice.currency as currency,
        invoice.customer_id as customer_id,
        count(*) as invoices,
        sum(least(disputed.amount, invoice.amount) * invoice.rate) as amount
    from disputed
    join core.period as period
        on period.month = disputed.month
    join core.invoice as invoice
        on invoice.invoice_id = disputed.invoice_id
        and invoice.issued_day between period.window_first_day and period.end_day
        and period.end_day < invoice.void_day
    where invoice.amount > 0
    group by period.month, invoice.entity, invoice.currency, invoice.customer_id
)
select
    issued.month as month,
    issued.entity as entity,
    issued.currency as currency,
    coalesce(member.member, '') as member,
    cast(sum(issued.invoices) as bigint) as invoices,
    cast(sum(coalesce(contested.invoices, 0)) as bigint) as disputed_invoices,
    cast(sum(issued.invoiced) as decimal(38, 12)) as invoiced_amount,
    cast(sum(coalesce(contested.amount, 0)) as decimal(38, 12)) as disputed_amount
from issued
left join contested
    on contested.month = issued.month
    and contested.entity = issued.entity
    and contested.currency = issued.currency
    and contested.customer_id = issued.customer_id
left join core.member as member
    on member.customer_id = issued.customer_id
group by issued.month, issued.entity, issued.currency, coalesce(member.member, '')

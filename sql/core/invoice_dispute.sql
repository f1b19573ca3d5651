-- Invoices of each period's window that have been disputed by its end, several cases on one counted once.
-- grain:  one row per month, entity, currency and member
-- adds:   invoices, amount
-- source: core.dispute, core.invoice, core.member, core.period
-- unit:   reporting currency at the invoice's rate, at most the invoice; voided and negative invoices are out
with
disputed as (
    select
        period.month as month,
        period.window_first_day as window_first_day,
        period.end_day as end_day,
        dispute.invoice_id as invoice_id,
        sum(dispute.amount) as amount
    from core.dispute as dispute
    join core.period as period
        on dispute.opened_day <= period.end_day
    where not dispute.orphan
    group by period.month, period.window_first_day, period.end_day, dispute.invoice_id
)
select
    disputed.month as month,
    invoice.entity as entity,
    invoice.currency as currency,
    coalesce(member.member, '') as member,
    count(*) as invoices,
    cast(sum(least(disputed.amount, invoice.amount) * invoice.rate) as decimal(38, 12)) as amount
from disputed
join core.invoice as invoice
    on invoice.invoice_id = disputed.invoice_id
    and invoice.issued_day between disputed.window_first_day and disputed.end_day
    and disputed.end_day < invoice.void_day
left join core.member as member
    on member.customer_id = invoice.customer_id
where invoice.amount > 0
group by disputed.month, invoice.entity, invoice.currency, coalesce(member.member, '')

-- Net credit sales of the three fiscal periods that end with each.
-- grain:   one row per calendar, starts_day, entity, currency and member
-- formula: invoices and debit memos - credit memos, as core.sale
-- source:  core.fiscal_period, core.invoice, core.member, core.source
-- unit:    reporting currency at the documents' own rates
with
document as (
    select
        period.calendar as calendar,
        period.starts_day as starts_day,
        invoice.customer_id as customer_id,
        invoice.entity as entity,
        invoice.currency as currency,
        invoice.amount * invoice.rate as amount
    from core.invoice as invoice
    join core.fiscal_period as period
        on invoice.issued_day between period.window_first_day and period.end_day
        and period.end_day < invoice.void_day
        and period.calendar in ('', invoice.entity)
    union all
    select
        period.calendar as calendar,
        period.starts_day as starts_day,
        source.customer_id as customer_id,
        source.entity as entity,
        source.currency as currency,
        -source.amount * source.rate as amount
    from core.source as source
    join core.fiscal_period as period
        on source.dated_day between period.window_first_day and period.end_day
        and period.calendar in ('', source.entity)
    where source.kind = 'credit'
)
select
    document.calendar as calendar,
    document.starts_day as starts_day,
    document.entity as entity,
    document.currency as currency,
    coalesce(member.member, '') as member,
    cast(sum(document.amount) as decimal(38, 12)) as sales
from document
left join core.member as member
    on member.customer_id = document.customer_id
group by
    document.calendar,
    document.starts_day,
    document.entity,
    document.currency,
    coalesce(member.member, '')

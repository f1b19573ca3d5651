-- Billings by the month in which they were billed, and the months during which they count.
-- grain:   one row per entity, currency, member, billed_month and void_month
-- adds:    entries, invoices, invoiced_amount, reporting_amount
-- formula: net credit sales = invoices and debit memos - credit memos, gross of tax, before discounts and write-offs
-- source:  core.invoice, core.member, core.source, raw.run_param
-- unit:    reporting currency at the document's own rate; invoices and invoiced_amount leave negative invoices out
with
document as (
    select
        invoice.customer_id as customer_id,
        invoice.entity as entity,
        invoice.currency as currency,
        invoice.issued_day as day,
        invoice.issued_month as billed_month,
        invoice.void_day as void_day,
        invoice.void_month as void_month,
        invoice.amount as amount,
        invoice.rate as rate,
        case when invoice.amount > 0 then 1 else 0 end as invoices
    from core.invoice as invoice
    union all
    select
        source.customer_id as customer_id,
        source.entity as entity,
        source.currency as currency,
        source.dated_day as day,
        source.dated_month as billed_month,
        2932896 as void_day,
        119999 as void_month,
        -source.amount as amount,
        source.rate as rate,
        0 as invoices
    from core.source as source
    where source.kind = 'credit'
)
select
    document.entity as entity,
    document.currency as currency,
    coalesce(member.member, '') as member,
    document.billed_month as billed_month,
    case when document.void_day <= param.as_of_day then document.void_month else 119999 end as void_month,
    count(*) as entries,
    cast(sum(document.invoices) as bigint) as invoices,
    cast(sum(
        case when document.invoices = 1 then document.amount * document.rate else 0 end
    ) as decimal(38, 12)) as invoiced_amount,
    cast(sum(document.amount * document.rate) as decimal(38, 12)) as reporting_amount
from document
cross join raw.run_param as param
left join core.member as member
    on member.customer_id = document.customer_id
where document.day <= param.as_of_day
group by
    document.entity,
    document.currency,
    coalesce(member.member, ''),
    document.billed_month,
    case when document.void_day <= param.as_of_day then document.void_month else 119999 end

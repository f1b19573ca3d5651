-- What every customer was sold in the windows that days are counted in, and the terms it was sold on.
-- grain:   one row per month, customer_id, entity and currency
-- adds:    entries, sales, billed, terms, own_sales, own_billed, own_terms
-- formula: sales = invoices - credit memos, as core.sale has them; billed = invoices above zero; terms = billed x (due day - issued day),
--          instalment by instalment
-- source:  core.dso_day, core.instalment, core.invoice, core.member, core.source
-- unit:    document currency; own_* in reporting currency at the documents' own rates; *_terms are currency x days
with
document as (
    select
        day.month as month,
        invoice.invoice_id as invoice_id,
        invoice.customer_id as customer_id,
        invoice.entity as entity,
        invoice.currency as currency,
        invoice.rate as rate,
        invoice.issued_day as issued_day,
        invoice.due_day as due_day,
        invoice.instalments as instalments,
        invoice.amount as amount
    from core.invoice as invoice
    join core.dso_day as day
        on invoice.issued_day between day.window_first_day and day.end_day
        and day.end_day < invoice.void_day
),
line as (
    select
        document.month as month,
        document.customer_id as customer_id,
        document.entity as entity,
        document.currency as currency,
        document.rate as rate,
        document.amount as sales,
        case when document.amount > 0 then document.amount else 0 end as billed,
        case
            when document.amount > 0 and document.instalments = 0
                then document.amount * (document.due_day - document.issued_day)
            else 0
        end as terms
    from document
    union all
    select
        document.month as month,
        document.customer_id as customer_id,
        document.entity as entity,
        document.currency as currency,
        document.rate as rate,
        0 as sales,
        0 as billed,
        instalment.amount * (instalment.due_day - document.issued_day) as terms
    from document
    join core.instalment as instalment
        on instalment.invoice_id = document.invoice_id
    where document.amount > 0
        and document.instalments > 0
    union all
    select
        day.month as month,
        source.customer_id as customer_id,
        source.entity as entity,
        source.currency as currency,
        source.rate as rate,
        -source.amount as sales,
        0 as billed,
        0 as terms
    from core.source as source
    join core.dso_day as day
        on source.dated_day between day.window_first_day and day.end_day
    where source.kind = 'credit'
)
select
    line.month as month,
    line.customer_id as customer_id,
    line.entity as entity,
    line.currency as currency,
    coalesce(member.member, '') as member,
    count(*) as entries,
    cast(sum(line.sales) as decimal(18, 3)) as sales,
    cast(sum(line.billed) as decimal(18, 3)) as billed,
    cast(sum(line.terms) as decimal(24, 3)) as terms,
    cast(sum(line.sales * line.rate) as decimal(38, 12)) as own_sales,
    cast(sum(line.billed * line.rate) as decimal(38, 12)) as own_billed,
    cast(sum(line.terms * line.rate) as decimal(38, 12)) as own_terms
from line
left join core.member as member
    on member.customer_id = line.customer_id
group by
    line.month,
    line.customer_id,
    line.entity,
    line.currency,
    coalesce(member.member, '')

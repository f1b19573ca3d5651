-- Invoices that applications without an invoice can settle: those of the customers who paid so, in the currencies they paid
-- in. A voided one is owed no more.
-- grain:  one row per invoice_id
-- source: core.unnamed_source, stg.invoice
-- unit:   document currency
with
payer as (
    select source.customer_id as customer_id, source.currency as currency
    from core.unnamed_source as source
    group by source.customer_id, source.currency
)
select
    invoice.invoice_id as invoice_id,
    invoice.customer_id as customer_id,
    invoice.currency as currency,
    invoice.issued_day as issued_day,
    coalesce(invoice.due_day, invoice.issued_day) as due_day,
    invoice.amount as amount
from payer
join stg.invoice as invoice
    on invoice.customer_id = payer.customer_id
    and invoice.currency = payer.currency
where invoice.amount > 0
    and invoice.voided_day is null

-- What customers have in credit and where each came from.
-- grain:  one row per kind and source_id, largest first
-- source: mart.open_credit, raw.batch, stg.credit, stg.invoice, stg.payment
with
document as (
    select payment.payment_id as source_id, 'payment' as kind, payment._batch as batch, payment._line as line
    from stg.payment as payment
    union all
    select credit.credit_id as source_id, 'credit' as kind, credit._batch as batch, credit._line as line
    from stg.credit as credit
    union all
    select invoice.invoice_id as source_id, 'invoice' as kind, invoice._batch as batch, invoice._line as line
    from stg.invoice as invoice
)
select
    credit.source_id as source_id,
    credit.kind as kind,
    credit.customer_id as customer_id,
    credit.dated_on as dated_on,
    credit.currency as currency,
    credit.open_amount as open_amount,
    credit.reporting_amount as reporting_amount,
    batch.batch as batch,
    batch.file as file,
    document.line as line,
    batch.digest as digest
from mart.open_credit as credit
join document
    on document.source_id = credit.source_id
    and document.kind = credit.kind
join raw.batch as batch
    on batch.batch = document.batch
order by credit.reporting_amount desc, credit.source_id

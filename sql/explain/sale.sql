-- Invoices and credit memos of the window and where each came from.
-- grain:  one row per document, largest first
-- source: core.invoice, core.period, core.source, raw.batch, raw.day, stg.credit, stg.invoice
with
document as (
    select
        invoice.invoice_id as document_id,
        'invoice' as kind,
        invoice.customer_id as customer_id,
        invoice.issued_day as day,
        invoice.currency as currency,
        invoice.amount as amount,
        cast(invoice.amount * invoice.rate as decimal(38, 12)) as reporting_amount,
        received._batch as batch,
        received._line as line
    from core.invoice as invoice
    join core.period as period
        on period.is_as_of
        and invoice.issued_day between period.window_first_day and period.end_day
        and period.end_day < invoice.void_day
    join stg.invoice as received
        on received.invoice_id = invoice.invoice_id
    union all
    select
        source.source_id as document_id,
        'credit' as kind,
        source.customer_id as customer_id,
        source.dated_day as day,
        source.currency as currency,
        -source.amount as amount,
        cast(-source.amount * source.rate as decimal(38, 12)) as reporting_amount,
        received._batch as batch,
        received._line as line
    from core.source as source
    join core.period as period
        on period.is_as_of
        and source.dated_day between period.window_first_day and period.end_day
    join stg.credit as received
        on received.credit_id = source.source_id
    where source.kind = 'credit'
)
select
    document.document_id as document_id,
    document.kind as kind,
    document.customer_id as customer_id,
    day.on_date as dated_on,
    document.currency as currency,
    document.amount as amount,
    document.reporting_amount as reporting_amount,
    batch.batch as batch,
    batch.file as file,
    document.line as line,
    batch.digest as digest
from document
join raw.day as day
    on day.day = document.day
join raw.batch as batch
    on batch.batch = document.batch
order by document.reporting_amount desc, document.document_id

-- Open items and where each came from.
-- grain:  one row per invoice_id and number, largest first
-- source: mart.open_item, raw.batch, stg.invoice
select
    item.invoice_id as invoice_id,
    item.number as number,
    item.customer_id as customer_id,
    item.issued_on as issued_on,
    item.due_on as due_on,
    item.days_past_due as days_past_due,
    item.currency as currency,
    item.open_amount as open_amount,
    item.reporting_amount as reporting_amount,
    batch.batch as batch,
    batch.file as file,
    invoice._line as line,
    batch.digest as digest
from mart.open_item as item
join stg.invoice as invoice
    on invoice.invoice_id = item.invoice_id
join raw.batch as batch
    on batch.batch = invoice._batch
order by item.reporting_amount desc, item.invoice_id, item.number

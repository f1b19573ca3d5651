-- Invoices and debit memos, each in its latest known version.
-- grain:  one row per invoice_id
-- source: raw.invoices, raw.superseded
select
    received.invoice_id as invoice_id,
    received.customer_id as customer_id,
    received.issued_on as issued_on,
    received.issued_day as issued_day,
    received.issued_month as issued_month,
    received.due_on as due_on,
    received.due_day as due_day,
    received.due_month as due_month,
    received.amount as amount,
    received.currency as currency,
    received.kind as kind,
    received.entity as entity,
    received.order_no as order_no,
    received.po_no as po_no,
    received.terms as terms,
    received.cleared_on as cleared_on,
    received.cleared_day as cleared_day,
    received.cleared_month as cleared_month,
    received.voided_on as voided_on,
    received.voided_day as voided_day,
    received.voided_month as voided_month,
    cast(received.rate as decimal(28, 9)) as rate,
    received._batch as _batch,
    received._line as _line
from raw.invoices as received
left join raw.superseded as superseded
    on superseded.dataset = 'invoices'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

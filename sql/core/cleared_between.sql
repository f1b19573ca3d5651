-- Invoices of which only this is known: one list of open items still had them, and the next did not. They count as open until the
-- day of the list without them, and no receipt is made up for them.
-- grain:  one row per invoice_id
-- source: raw.vanished, stg.invoice
-- unit:   document currency
select
    invoice.invoice_id as invoice_id,
    invoice.customer_id as customer_id,
    invoice.entity as entity,
    invoice.currency as currency,
    invoice.amount as amount,
    vanished.listed_on as listed_on,
    vanished.listed_day as listed_day,
    vanished.gone_on as gone_on,
    vanished.gone_day as gone_day,
    vanished.source as source
from stg.invoice as invoice
join raw.vanished as vanished
    on vanished.batch = invoice._batch
    and vanished.gone_day = invoice.cleared_day

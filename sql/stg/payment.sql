-- Receipts from customers, each in its latest known version.
-- grain:  one row per payment_id
-- source: raw.payments, raw.superseded
select
    received.payment_id as payment_id,
    received.customer_id as customer_id,
    received.received_on as received_on,
    received.received_day as received_day,
    received.received_month as received_month,
    received.amount as amount,
    received.currency as currency,
    received.method as method,
    received.reference as reference,
    received.reversed_on as reversed_on,
    received.reversed_day as reversed_day,
    received.reversed_month as reversed_month,
    cast(received.rate as decimal(28, 9)) as rate,
    received._batch as _batch,
    received._line as _line
from raw.payments as received
left join raw.superseded as superseded
    on superseded.dataset = 'payments'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

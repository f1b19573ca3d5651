-- Credit memos, each in its latest known version.
-- grain:  one row per credit_id
-- source: raw.credits, raw.superseded
select
    received.credit_id as credit_id,
    received.customer_id as customer_id,
    received.issued_on as issued_on,
    received.issued_day as issued_day,
    received.issued_month as issued_month,
    received.amount as amount,
    received.currency as currency,
    received.reason as reason,
    received.invoice_id as invoice_id,
    cast(received.rate as decimal(28, 9)) as rate,
    received._batch as _batch,
    received._line as _line
from raw.credits as received
left join raw.superseded as superseded
    on superseded.dataset = 'credits'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

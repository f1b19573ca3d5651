-- Promises to pay, each in its latest known version.
-- grain:  one row per promise_id
-- source: raw.promises, raw.superseded
select
    received.promise_id as promise_id,
    received.customer_id as customer_id,
    received.invoice_id as invoice_id,
    received.made_on as made_on,
    received.made_day as made_day,
    received.made_month as made_month,
    received.due_on as due_on,
    received.due_day as due_day,
    received.due_month as due_month,
    received.amount as amount,
    received.currency as currency,
    received._batch as _batch,
    received._line as _line
from raw.promises as received
left join raw.superseded as superseded
    on superseded.dataset = 'promises'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

-- Parts of invoices that fall due on days of their own, each in its latest known version.
-- grain:  one row per invoice_id, number
-- source: raw.instalments, raw.superseded
select
    received.invoice_id as invoice_id,
    received.number as number,
    received.due_on as due_on,
    received.due_day as due_day,
    received.due_month as due_month,
    received.amount as amount,
    received._batch as _batch,
    received._line as _line
from raw.instalments as received
left join raw.superseded as superseded
    on superseded.dataset = 'instalments'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

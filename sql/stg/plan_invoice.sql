-- Invoices of payment plans, each in its latest known version.
-- grain:  one row per plan_id and invoice_id
-- source: raw.plan_invoices, raw.superseded
select
    received.plan_id as plan_id,
    received.invoice_id as invoice_id,
    received._batch as _batch,
    received._line as _line
from raw.plan_invoices as received
left join raw.superseded as superseded
    on superseded.dataset = 'plan_invoices'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

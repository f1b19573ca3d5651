-- What was applied of a payment or credit to an invoice, each in its latest known version. An application that names no
-- invoice is there with every invoice it settles.
-- grain:  one row per application_id and invoice_id
-- source: core.allocation, raw.applications, raw.superseded, stg.invoice
select
    received.application_id as application_id,
    received.source_id as source_id,
    received.invoice_id as invoice_id,
    received.applied_on as applied_on,
    received.applied_day as applied_day,
    received.applied_month as applied_month,
    received.amount as amount,
    received.discount as discount,
    received._batch as _batch,
    received._line as _line
from raw.applications as received
left join raw.superseded as superseded
    on superseded.dataset = 'applications'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null
    and received.invoice_id is not null
union all
select
    allocation.application_id as application_id,
    allocation.source_id as source_id,
    allocation.invoice_id as invoice_id,
    allocation.applied_on as applied_on,
    allocation.applied_day as applied_day,
    allocation.applied_month as applied_month,
    allocation.amount as amount,
    allocation.discount as discount,
    allocation._batch as _batch,
    allocation._line as _line
from core.allocation as allocation
join stg.invoice as invoice
    on invoice.invoice_id = allocation.invoice_id

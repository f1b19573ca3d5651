-- A receipt or credit is applied to invoices of its own currency. One that is not reduces nothing until it is corrected.
-- severity: warn
-- source:   core.reduction
select
    reduction.reduction_id as reduction_id,
    reduction.invoice_id as invoice_id,
    reduction.currency as invoice_currency,
    reduction.source_id as source_id,
    reduction.source_currency as source_currency,
    reduction.amount as amount
from core.reduction as reduction
where reduction.fault = 'currency'
    and reduction.kind <> 'discount'

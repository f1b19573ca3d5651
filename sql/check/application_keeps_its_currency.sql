-- A receipt or credit is applied to invoices of its own currency.
-- severity: warn
-- source:   core.reduction, core.source
select
    reduction.reduction_id as reduction_id,
    reduction.invoice_id as invoice_id,
    reduction.currency as invoice_currency,
    source.source_id as source_id,
    source.currency as source_currency
from core.reduction as reduction
join core.source as source
    on source.source_id = reduction.source_id
where reduction.currency <> source.currency

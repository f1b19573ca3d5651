-- Every application and write-off names an invoice and a source that are known; until then it reduces nothing.
-- severity: warn
-- source:   core.reduction
select
    reduction.reduction_id as reduction_id,
    reduction.kind as kind,
    reduction.fault as unknown,
    reduction.invoice_id as invoice_id,
    reduction.source_id as source_id,
    reduction.amount as amount
from core.reduction as reduction
where reduction.fault in ('invoice', 'source')
    and reduction.kind <> 'discount'

-- Every document has a rate into the reporting currency: its own, or one of the rates on or before its day.
-- severity: error
-- source:   core.invoice, core.source
with
unrated as (
    select invoice.currency as currency, 'invoice' as kind, invoice.invoice_id as document_id
    from core.invoice as invoice
    where invoice.rate is null
    union all
    select source.currency as currency, source.kind as kind, source.source_id as document_id
    from core.source as source
    where source.rate is null
)
select unrated.currency as currency, unrated.kind as kind, count(*) as documents, min(unrated.document_id) as example
from unrated
group by unrated.currency, unrated.kind

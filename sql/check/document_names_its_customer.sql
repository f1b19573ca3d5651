-- Every document names its customer. One that does not counts in every total, under the customer ?.
-- severity: warn
-- source:   core.invoice, core.source
select 'invoice' as kind, invoice.invoice_id as document_id, invoice.amount as amount, invoice.currency as currency
from core.invoice as invoice
where invoice.customer_id = '?'
union all
select source.kind as kind, source.source_id as document_id, source.amount as amount, source.currency as currency
from core.source as source
where source.customer_id = '?'

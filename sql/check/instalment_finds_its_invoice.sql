-- Every instalment belongs to a known invoice.
-- severity: warn
-- source:   core.instalment_count, core.invoice
select counted.invoice_id as invoice_id, counted.instalments as instalments
from core.instalment_count as counted
left join core.invoice as invoice
    on invoice.invoice_id = counted.invoice_id
where invoice.invoice_id is null

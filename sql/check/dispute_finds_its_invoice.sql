-- Every dispute is about a known invoice.
-- severity: warn
-- source:   core.dispute
select dispute.dispute_id as dispute_id, dispute.invoice_id as invoice_id, dispute.amount as amount
from core.dispute as dispute
where dispute.orphan

-- An application without an invoice names a payment or credit that is known, grants no discount and is above zero. One
-- that does not settles nothing.
-- severity: warn
-- source:   core.allocation
select
    allocation.application_id as application_id,
    allocation.source_id as source_id,
    allocation.amount as amount,
    allocation.discount as discount
from core.allocation as allocation
where allocation.invoice_id is null

-- What somebody decided about each customer's place on the worklist and still holds.
-- grain:   one row per customer_id, invoice_id ('' is all of the customer's) and family
-- source:  core.action_in_force
select
    action.customer_id as customer_id,
    row_number() over (
        partition by action.customer_id
        order by action.invoice_id, action.family
    ) as place,
    action.invoice_id as invoice_id,
    action.family as family,
    action.until_on as until_on,
    action.reason as reason,
    action.actor as actor
from core.action_in_force as action
order by action.customer_id, place

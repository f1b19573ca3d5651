-- Who owes something and is not called, and why.
-- grain:   one row per customer_id
-- source:  mart.not_listed
-- unit:    reporting currency; days
select
    other.collector as collector,
    other.customer_id as customer_id,
    other.name as name,
    other.entity as entity,
    other.reason as reason,
    other.until_on as until_on,
    other.open_amount as open_amount,
    other.past_due_amount as past_due_amount,
    other.disputed_amount as disputed_amount,
    other.promised_amount as promised_amount,
    other.planned_amount as planned_amount,
    other.credit_amount as credit_amount,
    other.collectable_amount as collectable_amount,
    other.days_since_contact as days_since_contact
from mart.not_listed as other
order by other.collector, other.reason, other.open_amount desc, other.customer_id

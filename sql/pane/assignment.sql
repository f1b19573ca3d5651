-- To whom a supervisor has given each customer, and why.
-- grain:   one row per customer_id that is given to somebody
-- source:  core.assignment
select
    assignment.customer_id as customer_id,
    1 as place,
    assignment.collector as collector,
    assignment.actor as actor,
    assignment.reason as reason
from core.assignment as assignment
order by assignment.customer_id, place

-- Who came among the first fifty of a list since the day before, and who left them.
-- grain:   one row per collector, customer_id and change
-- source:  mart.customer, mart.worklist_change
select
    changed.collector as collector,
    changed.since as since,
    changed.customer_id as customer_id,
    changed.name as name,
    customer.entity as entity,
    changed.change as change,
    changed.place_before as place_before,
    changed.place as place,
    changed.why as why,
    changed.score_before as score_before,
    changed.score as score
from mart.worklist_change as changed
join mart.customer as customer
    on customer.customer_id = changed.customer_id
order by changed.collector, changed.change, coalesce(changed.place, changed.place_before), changed.customer_id

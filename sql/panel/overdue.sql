-- What each customer owes past its due date.
-- grain:   one row per customer, entity and document currency
-- formula: sum of the open instalments that are one day or more past due, before unapplied cash and credits
-- source:  mart.customer, mart.open_item
-- unit:    reporting currency
select
    item.customer_id as customer_id,
    coalesce(customer.name, item.customer_id) as name,
    item.entity as entity,
    item.currency as currency,
    count(*) as items,
    max(item.days_past_due) as oldest_days_past_due,
    sum(item.reporting_amount) as amount
from mart.open_item as item
left join mart.customer as customer on customer.customer_id = item.customer_id
where item.days_past_due > 0
group by item.customer_id, coalesce(customer.name, item.customer_id), item.entity, item.currency
order by item.customer_id, item.entity, item.currency

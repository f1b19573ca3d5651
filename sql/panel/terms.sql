-- What was agreed and what was done: agreed terms and days beyond terms of what was paid in 24 months, to be divided by what was paid.
-- grain:   one row per entity and segment of the customers
-- formula: agreed days = agreed_money_days / agreed_amount; days beyond terms = beyond_money_days / paid_amount, by due dates of the documents
-- source:  mart.behaviour, mart.customer
-- unit:    reporting currency; money-days; agreed_amount is of customers whose terms are known
select
    customer.entity as entity,
    coalesce(customer.segment, '(none)') as segment,
    sum(behaviour.paid_amount) as paid_amount,
    sum(case when customer.terms_days is not null then behaviour.paid_amount else 0 end) as agreed_amount,
    sum(cast(behaviour.paid_amount as decimal(26, 6)) * cast(customer.terms_days as decimal(12, 6))) as agreed_money_days,
    sum(cast(behaviour.paid_amount as decimal(26, 6)) * cast(behaviour.days_beyond_terms as decimal(12, 6))) as beyond_money_days,
    sum(cast(behaviour.paid_amount as decimal(26, 6)) * cast(behaviour.on_time_percent as decimal(12, 6))) as on_time_amount_percent
from mart.behaviour as behaviour
join mart.customer as customer
    on customer.customer_id = behaviour.customer_id
group by customer.entity, coalesce(customer.segment, '(none)')
order by customer.entity, coalesce(customer.segment, '(none)')

-- Who a customer is, what it owes in all, and how it has paid in the last 24 months.
-- grain:   one row per customer_id
-- source:  mart.behaviour, mart.customer
-- unit:    reporting currency; index from 20 to 100; signed days; percent of money
select
    customer.customer_id as customer_id,
    cast(1 as bigint) as place,
    customer.name as name,
    customer.entity as entity,
    customer.segment as segment,
    customer.country as country,
    customer.terms_days as terms_days,
    customer.open_items as open_items,
    customer.gross_amount as gross_amount,
    behaviour.paid_invoices as paid_invoices,
    behaviour.paydex_like as paydex_like,
    behaviour.days_beyond_terms as days_beyond_terms,
    behaviour.on_time_percent as on_time_percent,
    behaviour.most_days_late as most_days_late,
    behaviour.last_paid_on as last_paid_on
from mart.customer as customer
left join mart.behaviour as behaviour
    on behaviour.customer_id = customer.customer_id
order by customer.customer_id

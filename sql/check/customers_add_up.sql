-- The positions of all customers add up to net receivables.
-- severity: error
-- source:   mart.customer, mart.kpi
with
customers as (
    select sum(customer.net_amount) as amount from mart.customer as customer
)
select customers.amount as customers_amount, total.value as total_amount
from mart.kpi as total
cross join customers
where total.kpi = 'ar_net'
    and total.dimension = ''
    and total.value <> coalesce(customers.amount, 0)

-- Customers that documents name are in master data, where there is any.
-- severity: warn
-- source:   core.customer, stg.customer
with
master as (
    select count(*) as customers from stg.customer as customer
)
select customer.customer_id as customer_id
from core.customer as customer
cross join master
where not customer.in_master_data
    and customer.customer_id <> '?'
    and master.customers > 0

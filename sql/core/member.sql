-- The further dimension that was asked for, as a property of customers; no rows when none was.
-- grain:  one row per customer_id
-- source: core.customer, raw.run_param
select
    customer.customer_id as customer_id,
    case param.by_dimension
        when 'customer' then customer.customer_id
        when 'parent' then customer.parent_id
        when 'segment' then customer.segment
        when 'collector' then customer.collector
        when 'country' then customer.country
    end as member
from core.customer as customer
cross join raw.run_param as param
where param.by_dimension in ('customer', 'parent', 'segment', 'collector', 'country')

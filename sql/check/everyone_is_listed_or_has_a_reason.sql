-- Every customer who owes something is on the worklist or has a reason why not, and never both.
-- severity: error
-- source: mart.customer, mart.not_listed, mart.worklist
with
named as (
    select listed.customer_id as customer_id
    from mart.worklist as listed
    union all
    select other.customer_id as customer_id
    from mart.not_listed as other
),
counted as (
    select named.customer_id as customer_id, count(*) as times
    from named
    group by named.customer_id
)
select
    customer.customer_id as customer_id,
    coalesce(counted.times, 0) as times
from mart.customer as customer
left join counted
    on counted.customer_id = customer.customer_id
where customer.gross_amount > 0
    and coalesce(counted.times, 0) <> 1

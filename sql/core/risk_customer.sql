-- Customers whose history payment risk is learnt from: all of them, or every so many-th where the books hold more than 20,000
-- invoices, so that learning costs a large company no more than a small one.
-- grain:  one row per customer_id
-- source: core.customer, core.invoice
with
counted as (
    select invoice.customer_id as customer_id, count(*) as invoices
    from core.invoice as invoice
    group by invoice.customer_id
),
placed as (
    select
        counted.customer_id as customer_id,
        row_number() over (order by counted.customer_id) - 1 as place,
        greatest(cast(cast(sum(counted.invoices) over () / 20000e0 as double precision) as bigint), 1) as step
    from counted
)
select
    placed.customer_id as customer_id,
    customer.segment as segment
from placed
join core.customer as customer
    on customer.customer_id = placed.customer_id
where placed.place % nullif(placed.step, 0) = 0

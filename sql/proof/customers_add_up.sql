-- What all customers owe and have in credit against the company's receivables and credits.
-- grain:  one row per figure; compared counts the customers
-- source: mart.customer, mart.kpi
-- unit:   reporting currency
with
customers as (
    select
        count(*) as compared,
        coalesce(sum(customer.net_amount), 0) as net_amount,
        coalesce(sum(customer.gross_amount), 0) as gross_amount,
        coalesce(sum(customer.credit_amount), 0) as credit_amount,
        coalesce(sum(customer.disputed_amount), 0) as disputed_amount
    from mart.customer as customer
)
select
    total.kpi as part,
    total.currency as currency,
    customers.compared as compared,
    'sum of customers' as left_side,
    case total.kpi
        when 'ar_net' then customers.net_amount
        when 'ar_gross' then customers.gross_amount
        when 'credits' then customers.credit_amount
        when 'disputed_open_ar' then customers.disputed_amount
    end as left_amount,
    'company' as right_side,
    total.value as right_amount
from mart.kpi as total
cross join customers
where total.kpi in ('ar_net', 'ar_gross', 'credits', 'disputed_open_ar')
    and total.dimension = ''
order by part

-- What all customers owe, have in credit and dispute adds up to the company's receivables, credits and disputed receivables.
-- severity: error
-- source:   mart.customer, mart.kpi
with
customers as (
    select
        sum(customer.net_amount) as net_amount,
        sum(customer.gross_amount) as gross_amount,
        sum(customer.credit_amount) as credit_amount,
        sum(customer.disputed_amount) as disputed_amount
    from mart.customer as customer
),
compared as (
    select
        total.kpi as kpi,
        coalesce(case total.kpi
            when 'ar_net' then customers.net_amount
            when 'ar_gross' then customers.gross_amount
            when 'credits' then customers.credit_amount
            when 'disputed_open_ar' then customers.disputed_amount
        end, 0) as customers_amount,
        total.value as total_amount
    from mart.kpi as total
    cross join customers
    where total.kpi in ('ar_net', 'ar_gross', 'credits', 'disputed_open_ar')
        and total.dimension = ''
)
select compared.kpi as kpi, compared.customers_amount as customers_amount, compared.total_amount as total_amount
from compared
where compared.customers_amount <> compared.total_amount

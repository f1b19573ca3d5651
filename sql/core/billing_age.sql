-- DSO by billing month: what is still open of each month's billings against that month's sales.
-- grain:   one row per month, dimension and scope_member
-- formula: sales weighted = sum(open / sales of the month x days of the month); true = sum(age x open / sales of the month);
--          NULL where a month with open items has no sales
-- source:  core.balance, core.scope, core.scope_period, core.scope_sale, raw.month
-- unit:    days
with
open_month as (
    select
        balance.month as month,
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        balance.billed_month as billed_month,
        sum(balance.reporting_amount) * 1e0 as open_amount,
        sum(balance.age_amount) * 1e0 as age_amount
    from core.balance as balance
    join core.scope as scope
        on scope.entity = balance.entity
        and scope.currency = balance.currency
        and scope.member = balance.member
    where balance.side = 'item'
    group by balance.month, scope.dimension, scope.scope_member, balance.billed_month
),
weighed as (
    select
        open_month.month as month,
        open_month.dimension as dimension,
        open_month.scope_member as scope_member,
        least(calendar.last_day, grid.end_day) - calendar.first_day + 1 as days,
        open_month.open_amount as open_amount,
        open_month.age_amount as age_amount,
        case when sale.sales > 0 then sale.sales * 1e0 end as sales
    from open_month
    join core.scope_period as grid
        on grid.month = open_month.month
        and grid.dimension = open_month.dimension
        and grid.scope_member = open_month.scope_member
    join raw.month as calendar
        on calendar.month = open_month.billed_month
    left join core.scope_sale as sale
        on sale.month = open_month.month
        and sale.dimension = open_month.dimension
        and sale.scope_member = open_month.scope_member
        and sale.billed_month = open_month.billed_month
)
select
    weighed.month as month,
    weighed.dimension as dimension,
    weighed.scope_member as scope_member,
    case
        when count(weighed.sales) = count(*) then sum(cast(weighed.open_amount / nullif(weighed.sales, 0) * weighed.days as decimal(38, 12)))
    end as sales_weighted_days,
    case
        when count(weighed.sales) = count(*) then sum(cast(weighed.age_amount / nullif(weighed.sales, 0) as decimal(38, 12)))
    end as true_days
from weighed
group by weighed.month, weighed.dimension, weighed.scope_member

-- Count-back DSO: the receivables are counted back over the sales of the months before, newest first.
-- grain:   one row per reported month, dimension and scope_member
-- formula: while what is left of net AR exceeds a month's sales, its days pass and its sales are taken off; the last month
--          adds left / sales x days. A month without positive sales passes and absorbs nothing. Net AR <= 0 gives 0.
--          Where history runs out the days so far stand, and unexhausted says how much was left.
-- source:  core.scope_balance, core.scope_period, core.scope_sale, raw.month
-- unit:    days; reporting currency
with
history as (
    select
        sale.month as month,
        sale.dimension as dimension,
        sale.scope_member as scope_member,
        min(sale.billed_month) as first_month
    from core.scope_sale as sale
    group by sale.month, sale.dimension, sale.scope_member
),
slice as (
    select
        grid.month as month,
        grid.dimension as dimension,
        grid.scope_member as scope_member,
        calendar.month as billed_month,
        least(calendar.last_day, grid.end_day) - calendar.first_day + 1 as days,
        cast(greatest(coalesce(sale.sales, 0), 0) as decimal(38, 12)) as absorbed
    from core.scope_period as grid
    join history
        on history.month = grid.month
        and history.dimension = grid.dimension
        and history.scope_member = grid.scope_member
    join raw.month as calendar
        on calendar.month between history.first_month and grid.month
    left join core.scope_sale as sale
        on sale.month = grid.month
        and sale.dimension = grid.dimension
        and sale.scope_member = grid.scope_member
        and sale.billed_month = calendar.month
    where grid.is_reported
),
counted as (
    select
        slice.month as month,
        slice.dimension as dimension,
        slice.scope_member as scope_member,
        slice.days as days,
        slice.absorbed as absorbed,
        balance.net - coalesce(sum(slice.absorbed) over (
            partition by slice.month, slice.dimension, slice.scope_member
            order by slice.billed_month desc
            rows between unbounded preceding and 1 preceding
        ), 0) as remaining
    from slice
    join core.scope_balance as balance
        on balance.month = slice.month
        and balance.dimension = slice.dimension
        and balance.scope_member = slice.scope_member
),
total as (
    select
        counted.month as month,
        counted.dimension as dimension,
        counted.scope_member as scope_member,
        sum(cast(case
            when counted.remaining <= 0 then 0e0
            when counted.remaining > counted.absorbed then counted.days * 1e0
            else counted.remaining * 1e0 / nullif(counted.absorbed, 0) * counted.days
        end as decimal(38, 12))) as days
    from counted
    group by counted.month, counted.dimension, counted.scope_member
),
absorbable as (
    select
        slice.month as month,
        slice.dimension as dimension,
        slice.scope_member as scope_member,
        cast(sum(slice.absorbed) as decimal(38, 12)) as amount
    from slice
    group by slice.month, slice.dimension, slice.scope_member
)
select
    grid.month as month,
    grid.dimension as dimension,
    grid.scope_member as scope_member,
    coalesce(total.days, 0) as days,
    cast(greatest(balance.net - coalesce(absorbable.amount, 0), 0) as decimal(38, 12)) as unexhausted
from core.scope_period as grid
join core.scope_balance as balance
    on balance.month = grid.month
    and balance.dimension = grid.dimension
    and balance.scope_member = grid.scope_member
left join total
    on total.month = grid.month
    and total.dimension = grid.dimension
    and total.scope_member = grid.scope_member
left join absorbable
    on absorbable.month = grid.month
    and absorbable.dimension = grid.dimension
    and absorbable.scope_member = grid.scope_member
where grid.is_reported

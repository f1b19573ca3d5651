-- What flowed through every scope in the window of every period: sales, cash applied, cash received.
-- grain:  one row per month, dimension and scope_member
-- source: core.bad_debt, core.paid, core.period, core.received, core.scope, core.scope_period, core.scope_sale
-- unit:   reporting currency; *_days_amount is currency x days
with
sold as (
    select
        sale.month as month,
        sale.dimension as dimension,
        sale.scope_member as scope_member,
        sum(sale.sales) as window_sales,
        sum(case when sale.billed_month = sale.month then sale.sales else 0 end) as month_sales
    from core.scope_sale as sale
    where sale.billed_month >= sale.month - 2
    group by sale.month, sale.dimension, sale.scope_member
),
paid as (
    select
        period.month as month,
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        sum(paid.paid_amount) as paid,
        sum(paid.on_time_amount) as on_time,
        sum(paid.late_amount) as late,
        sum(paid.days_to_pay_amount) as days_to_pay_amount,
        sum(paid.days_late_amount) as days_late_amount,
        sum(paid.index_amount) as index_amount
    from core.paid as paid
    join core.period as period
        on paid.paid_month between period.month - 2 and period.month
        and paid.from_month <= period.month
        and period.month < paid.until_month
    join core.scope as scope
        on scope.entity = paid.entity
        and scope.currency = paid.currency
        and scope.member = paid.member
    group by period.month, scope.dimension, scope.scope_member
),
received as (
    select
        received.month as month,
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        sum(received.received_amount) as received,
        sum(received.unapplied_amount) as unapplied
    from core.received as received
    join core.scope as scope
        on scope.entity = received.entity
        and scope.currency = received.currency
        and scope.member = received.member
    group by received.month, scope.dimension, scope.scope_member
),
lost as (
    select
        debt.month as month,
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        sum(debt.written_off) as written_off
    from core.bad_debt as debt
    join core.scope as scope
        on scope.entity = debt.entity
        and scope.currency = debt.currency
        and scope.member = debt.member
    group by debt.month, scope.dimension, scope.scope_member
)
select
    grid.month as month,
    grid.dimension as dimension,
    grid.scope_member as scope_member,
    cast(coalesce(sold.window_sales, 0) as decimal(38, 12)) as window_sales,
    cast(coalesce(sold.month_sales, 0) as decimal(38, 12)) as month_sales,
    cast(coalesce(paid.paid, 0) as decimal(38, 12)) as paid,
    cast(coalesce(paid.on_time, 0) as decimal(38, 12)) as on_time,
    cast(coalesce(paid.late, 0) as decimal(38, 12)) as late,
    cast(coalesce(paid.days_to_pay_amount, 0) as decimal(38, 12)) as days_to_pay_amount,
    cast(coalesce(paid.days_late_amount, 0) as decimal(38, 12)) as days_late_amount,
    cast(coalesce(paid.index_amount, 0) as decimal(38, 12)) as index_amount,
    cast(coalesce(received.received, 0) as decimal(38, 12)) as received,
    cast(coalesce(received.unapplied, 0) as decimal(38, 12)) as received_unapplied,
    cast(coalesce(lost.written_off, 0) as decimal(38, 12)) as written_off
from core.scope_period as grid
left join sold
    on sold.month = grid.month
    and sold.dimension = grid.dimension
    and sold.scope_member = grid.scope_member
left join paid
    on paid.month = grid.month
    and paid.dimension = grid.dimension
    and paid.scope_member = grid.scope_member
left join received
    on received.month = grid.month
    and received.dimension = grid.dimension
    and received.scope_member = grid.scope_member
left join lost
    on lost.month = grid.month
    and lost.dimension = grid.dimension
    and lost.scope_member = grid.scope_member

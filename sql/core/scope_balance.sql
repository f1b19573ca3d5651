-- Open receivables of every scope at the end of every period.
-- grain:  one row per month, dimension and scope_member
-- source: core.balance, core.disputed_item, core.scope, core.scope_period
-- unit:   reporting currency; age_amount is currency x days
with
summed as (
    select
        balance.month as month,
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        sum(balance.reporting_amount) as net,
        sum(case when balance.side = 'item' then balance.reporting_amount else 0 end) as gross,
        sum(case when balance.side = 'payment' then -balance.reporting_amount else 0 end) as unapplied_cash,
        sum(case when balance.bucket = 'current' and balance.side = 'item' then balance.reporting_amount else 0 end) as due_current,
        sum(case when balance.bucket = '1-30' and balance.side = 'item' then balance.reporting_amount else 0 end) as due_30,
        sum(case when balance.bucket = '31-60' and balance.side = 'item' then balance.reporting_amount else 0 end) as due_60,
        sum(case when balance.bucket = '61-90' and balance.side = 'item' then balance.reporting_amount else 0 end) as due_90,
        sum(case when balance.bucket = '91+' and balance.side = 'item' then balance.reporting_amount else 0 end) as due_over,
        sum(case when balance.age_bucket = '0-30' and balance.side = 'item' then balance.reporting_amount else 0 end) as age_30,
        sum(case when balance.age_bucket = '31-60' and balance.side = 'item' then balance.reporting_amount else 0 end) as age_60,
        sum(case when balance.age_bucket = '61-90' and balance.side = 'item' then balance.reporting_amount else 0 end) as age_90,
        sum(case when balance.age_bucket = '91+' and balance.side = 'item' then balance.reporting_amount else 0 end) as age_over,
        sum(case when balance.side = 'item' then balance.age_amount else 0 end) as age_amount
    from core.balance as balance
    join core.scope as scope
        on scope.entity = balance.entity
        and scope.currency = balance.currency
        and scope.member = balance.member
    group by balance.month, scope.dimension, scope.scope_member
),
disputed as (
    select
        item.month as month,
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        sum(item.reporting_amount) as amount
    from core.disputed_item as item
    join core.scope as scope
        on scope.entity = item.entity
        and scope.currency = item.currency
        and scope.member = item.member
    group by item.month, scope.dimension, scope.scope_member
)
select
    grid.month as month,
    grid.dimension as dimension,
    grid.scope_member as scope_member,
    cast(coalesce(summed.net, 0) as decimal(38, 12)) as net,
    cast(coalesce(summed.gross, 0) as decimal(38, 12)) as gross,
    cast(coalesce(summed.gross - summed.net, 0) as decimal(38, 12)) as credits,
    cast(coalesce(summed.unapplied_cash, 0) as decimal(38, 12)) as unapplied_cash,
    cast(coalesce(summed.due_current, 0) as decimal(38, 12)) as due_current,
    cast(coalesce(summed.due_30, 0) as decimal(38, 12)) as due_30,
    cast(coalesce(summed.due_60, 0) as decimal(38, 12)) as due_60,
    cast(coalesce(summed.due_90, 0) as decimal(38, 12)) as due_90,
    cast(coalesce(summed.due_over, 0) as decimal(38, 12)) as due_over,
    cast(coalesce(summed.age_30, 0) as decimal(38, 12)) as age_30,
    cast(coalesce(summed.age_60, 0) as decimal(38, 12)) as age_60,
    cast(coalesce(summed.age_90, 0) as decimal(38, 12)) as age_90,
    cast(coalesce(summed.age_over, 0) as decimal(38, 12)) as age_over,
    cast(coalesce(summed.age_amount, 0) as decimal(38, 12)) as age_amount,
    cast(coalesce(disputed.amount, 0) as decimal(38, 12)) as disputed
from core.scope_period as grid
left join summed
    on summed.month = grid.month
    and summed.dimension = grid.dimension
    and summed.scope_member = grid.scope_member
left join disputed
    on disputed.month = grid.month
    and disputed.dimension = grid.dimension
    and disputed.scope_member = grid.scope_member

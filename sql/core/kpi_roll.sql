-- Roll rates: of what was open in a bucket at the last month-end, the share that is where by as_of.
-- grain:   one row per dimension, scope_member, from_bucket and to_bucket that anything moved between
-- formula: amount that went from the bucket to the bucket, cash, credit or write-off / opening amount of the bucket x 100
-- source:  core.period, core.roll, core.scope
-- unit:    percent
with
moved as (
    select
        period.month as month,
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        roll.from_bucket as from_bucket,
        roll.to_bucket as to_bucket,
        sum(roll.amount) * 1e0 as amount
    from core.roll as roll
    join core.scope as scope
        on scope.entity = roll.entity
        and scope.currency = roll.currency
        and scope.member = roll.member
    join core.period as period
        on period.is_as_of
    group by period.month, scope.dimension, scope.scope_member, roll.from_bucket, roll.to_bucket
)
select
    moved.month as month,
    moved.dimension as dimension,
    moved.scope_member as scope_member,
    'roll_rate' as kpi,
    moved.from_bucket || '>' || moved.to_bucket as bucket,
    'percent' as unit,
    cast(moved.amount * 100 / nullif(sum(moved.amount) over (
        partition by moved.dimension, moved.scope_member, moved.from_bucket
        order by moved.to_bucket
        rows between unbounded preceding and unbounded following
    ), 0) as decimal(38, 12)) as value
from moved

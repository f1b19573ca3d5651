-- Every scope in every period, whether or not anything happened in it.
-- grain:  one row per month, dimension and scope_member
-- source: core.period, core.scope
with
known as (
    select
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        case when min(scope.entity) = max(scope.entity) then min(scope.entity) else '*' end as entity
    from core.scope as scope
    where scope.dimension <> ''
    group by scope.dimension, scope.scope_member
    union all
    select
        '' as dimension,
        '' as scope_member,
        case when min(scope.entity) = max(scope.entity) then min(scope.entity) else '*' end as entity
    from core.scope as scope
)
select
    period.month as month,
    known.dimension as dimension,
    known.scope_member as scope_member,
    known.entity as entity,
    period.end_day as end_day,
    period.end_on as end_on,
    period.days as days,
    period.window_days as window_days,
    period.is_reported as is_reported
from core.period as period
cross join known

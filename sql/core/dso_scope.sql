-- Which entity, currency and member rows add up to which member of which dimension; '' is everything.
-- grain:  one row per dimension, scope_member, entity, currency and member
-- source: core.dso_part, core.dso_sale, raw.run_param
with
cell as (
    select part.entity as entity, part.currency as currency, part.member as member
    from core.dso_part as part
    union
    select sale.entity as entity, sale.currency as currency, sale.member as member
    from core.dso_sale as sale
),
scope as (
    select '' as dimension, '' as scope_member, cell.entity as entity, cell.currency as currency, cell.member as member
    from cell
    union all
    select 'entity' as dimension, cell.entity as scope_member, cell.entity as entity, cell.currency as currency, cell.member as member
    from cell
    union all
    select 'currency' as dimension, cell.currency as scope_member, cell.entity as entity, cell.currency as currency, cell.member as member
    from cell
    union all
    select param.by_dimension as dimension, cell.member as scope_member, cell.entity as entity, cell.currency as currency, cell.member as member
    from cell
    cross join raw.run_param as param
    where cell.member <> ''
)
select
    scope.dimension as dimension,
    scope.scope_member as scope_member,
    case
        when min(scope.entity) over (partition by scope.dimension, scope.scope_member)
            = max(scope.entity) over (partition by scope.dimension, scope.scope_member)
            then scope.entity
        else '*'
    end as scope_entity,
    scope.entity as entity,
    scope.currency as currency,
    scope.member as member
from scope

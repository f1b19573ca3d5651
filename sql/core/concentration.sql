-- How much of the net exposure sits with few customers; customers in credit are left out.
-- grain:   one row per dimension and scope_member
-- formula: top ten = share of the ten largest; HHI = sum of squared percentage shares, 0 to 10,000
-- source:  core.exposure, core.scope
-- unit:    percent; index points; a sum of floats would depend on the order of rows, so shares are added to twelve decimals
with
parent as (
    select
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        exposure.parent_id as parent_id,
        sum(exposure.reporting_amount) as amount
    from core.exposure as exposure
    join core.scope as scope
        on scope.entity = exposure.entity
        and scope.currency = exposure.currency
        and scope.member = exposure.member
    group by scope.dimension, scope.scope_member, exposure.parent_id
    having sum(exposure.reporting_amount) > 0
),
shared as (
    select
        parent.dimension as dimension,
        parent.scope_member as scope_member,
        parent.amount * 100e0
            / nullif(sum(parent.amount) over (partition by parent.dimension, parent.scope_member), 0) as share,
        row_number() over (
            partition by parent.dimension, parent.scope_member order by parent.amount desc, parent.parent_id
        ) as place
    from parent
)
select
    shared.dimension as dimension,
    shared.scope_member as scope_member,
    sum(case when shared.place <= 10 then cast(shared.share as decimal(38, 12)) else 0 end) as top10_share,
    sum(cast(shared.share * shared.share as decimal(38, 12))) as hhi
from shared
group by shared.dimension, shared.scope_member

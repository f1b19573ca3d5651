-- The steps of the DSO bridge add up to the change of DSO, for every change that the KPIs know.
-- severity: warn
-- source:   core.dso_day, mart.dso_bridge, mart.kpi_month
with
bridged as (
    select
        bridge.from_month as from_month,
        bridge.dimension as dimension,
        bridge.member as member,
        sum(bridge.days) as days,
        sum(abs(bridge.days)) as moved
    from mart.dso_bridge as bridge
    group by bridge.from_month, bridge.dimension, bridge.member
),
changed as (
    select
        opening.month as from_month,
        opening.dimension as dimension,
        opening.member as member,
        closing.value - opening.value as days
    from mart.kpi_month as opening
    join core.dso_day as opening_day
        on opening_day.month = opening.month
        and opening_day.months_back > 0
    join core.dso_day as closing_day
        on closing_day.months_back = 0
    join mart.kpi_month as closing
        on closing.month = closing_day.month
        and closing.kpi = opening.kpi
        and closing.dimension = opening.dimension
        and closing.member = opening.member
    where opening.kpi = 'dso'
        and opening.value is not null
        and closing.value is not null
)
select
    changed.from_month as from_month,
    changed.dimension as dimension,
    changed.member as member,
    changed.days as change,
    bridged.days as steps
from changed
left join bridged
    on bridged.from_month = changed.from_month
    and bridged.dimension = changed.dimension
    and bridged.member = changed.member
where bridged.days is null
    or abs(bridged.days - changed.days) > 1e-9 * (1 + bridged.moved)

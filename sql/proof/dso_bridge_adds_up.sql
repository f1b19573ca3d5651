-- The steps of the DSO bridge against the change of DSO that the KPIs show, for the whole company.
-- grain:  one row per day that DSO is compared with; compared counts the steps
-- source: mart.dso_bridge, mart.kpi_month
-- unit:   days
select
    'since ' || cast(bridge.from_month_end as varchar) as part,
    cast(null as varchar) as currency,
    count(*) as compared,
    'sum of steps' as left_side,
    sum(bridge.days) as left_amount,
    'change of DSO' as right_side,
    max(closing.value) - max(opening.value) as right_amount
from mart.dso_bridge as bridge
join mart.kpi_month as opening
    on opening.kpi = 'dso'
    and opening.dimension = ''
    and opening.month = bridge.from_month
join mart.kpi_month as closing
    on closing.kpi = 'dso'
    and closing.dimension = ''
    and closing.month = bridge.to_month
where bridge.dimension = ''
group by bridge.from_month_end
order by part

-- Share of the open instalments that is past due, by amount.
-- grain:   one row per entity
-- formula: pct_past_due / 100
-- source:  mart.kpi
-- unit:    ratio, 0 to 1
select kpi.member as entity, kpi.value * 1e0 / 100 as value
from mart.kpi as kpi
where kpi.kpi = 'pct_past_due' and kpi.dimension = 'entity' and kpi.bucket = ''
order by kpi.member

-- Collection effectiveness: of what could have been collected in the trailing three months, the share that was.
-- grain:   one row per entity
-- formula: cei / 100
-- source:  mart.kpi
-- unit:    ratio, 1 is everything
select kpi.member as entity, kpi.value * 1e0 / 100 as value
from mart.kpi as kpi
where kpi.kpi = 'cei' and kpi.dimension = 'entity' and kpi.bucket = ''
order by kpi.member

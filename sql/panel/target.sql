-- What the company set itself to reach.
-- grain:  one row per kpi, entity and month; no entity means the whole company
-- source: stg.target
-- unit:   that of the kpi
select target.kpi as kpi, coalesce(target.entity, '') as entity, target.target_month as month, target.value as value
from stg.target as target
order by target.kpi, coalesce(target.entity, ''), target.target_month

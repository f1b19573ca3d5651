-- Days sales outstanding by the method that computes them; method dso is the headline, bpdso the best possible.
-- grain:  one row per entity and method
-- source: mart.kpi
-- unit:   days
select kpi.member as entity, kpi.kpi as method, kpi.value as value
from mart.kpi as kpi
where
    kpi.kpi in ('dso', 'dso_avg', 'dso_rolling', 'dso_countback', 'dso_sales_weighted', 'dso_true', 'bpdso')
    and kpi.dimension = 'entity'
    and kpi.bucket = ''
order by kpi.member, kpi.kpi

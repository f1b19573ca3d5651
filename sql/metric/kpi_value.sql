-- Every figure of the catalogue for the whole company; unit says what it is measured in, currency is set on amounts.
-- grain:  one row per KPI
-- source: mart.kpi
-- unit:   as the label unit says
select
    kpi.kpi as kpi,
    kpi.unit as unit,
    case when kpi.unit = 'amount' then kpi.currency else '' end as currency,
    kpi.value as value
from mart.kpi as kpi
where kpi.dimension = '' and kpi.bucket = ''
order by kpi.kpi

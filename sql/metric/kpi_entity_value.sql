-- Every figure of the catalogue for each legal entity; unit says what it is measured in, currency is set on amounts.
-- grain:  one row per KPI and entity
-- source: mart.kpi
-- unit:   as the label unit says
select
    kpi.kpi as kpi,
    kpi.member as entity,
    kpi.unit as unit,
    case when kpi.unit = 'amount' then kpi.currency else '' end as currency,
    kpi.value as value
from mart.kpi as kpi
where kpi.dimension = 'entity' and kpi.bucket = ''
order by kpi.kpi, kpi.member

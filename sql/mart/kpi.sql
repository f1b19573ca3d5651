-- Every KPI on the day the books are read.
-- grain:  one row per kpi, dimension, member and bucket
-- source: mart.kpi_month, raw.run_param
-- unit:   as unit says; amounts in the reporting currency
select
    figure.kpi as kpi,
    param.as_of as as_of,
    figure.entity as entity,
    figure.currency as currency,
    figure.dimension as dimension,
    figure.member as member,
    figure.bucket as bucket,
    figure.value as value,
    figure.unit as unit
from mart.kpi_month as figure
join raw.run_param as param
    on param.as_of_month = figure.month

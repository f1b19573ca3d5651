-- The figures of closed months that are compared from one refresh to the next. A month is closed on its last day.
-- grain:  one row per kpi, month, dimension, member and bucket; of everything and by entity
-- source: mart.kpi_month, raw.month
-- unit:   as unit says; amounts in the reporting currency
select
    figure.month as month,
    figure.month_end as month_end,
    figure.kpi as kpi,
    figure.bucket as bucket,
    figure.dimension as dimension,
    figure.member as member,
    figure.unit as unit,
    figure.currency as currency,
    figure.value as value
from mart.kpi_month as figure
join raw.month as calendar
    on calendar.month = figure.month
    and calendar.last_on = figure.month_end
where figure.kpi in ('ar_net', 'sales', 'dso', 'cei', 'aging_due', 'aging_invoice')
    and figure.dimension in ('', 'entity')

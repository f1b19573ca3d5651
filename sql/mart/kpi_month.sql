-- Every KPI at the end of every reported month: what mart.kpi would say had the books been read on that day.
-- grain:  one row per kpi, month, dimension, member and bucket
-- source: core.kpi_collection, core.kpi_dispute, core.kpi_dso, core.kpi_receivable, core.kpi_roll, core.scope_period, raw.setting
-- unit:   as unit says; amounts in the reporting currency
with
figure as (
    select a.month as month, a.dimension as dimension, a.scope_member as member, a.kpi as kpi, a.bucket as bucket, a.unit as unit, a.value as value
    from core.kpi_receivable as a
    union all
    select b.month as month, b.dimension as dimension, b.scope_member as member, b.kpi as kpi, b.bucket as bucket, b.unit as unit, b.value as value
    from core.kpi_dso as b
    union all
    select c.month as month, c.dimension as dimension, c.scope_member as member, c.kpi as kpi, c.bucket as bucket, c.unit as unit, c.value as value
    from core.kpi_collection as c
    union all
    select e.month as month, e.dimension as dimension, e.scope_member as member, e.kpi as kpi, e.bucket as bucket, e.unit as unit, e.value as value
    from core.kpi_roll as e
    union all
    select d.month as month, d.dimension as dimension, d.scope_member as member, d.kpi as kpi, d.bucket as bucket, d.unit as unit, d.value as value
    from core.kpi_dispute as d
)
select
    figure.kpi as kpi,
    figure.month as month,
    grid.end_on as month_end,
    grid.entity as entity,
    setting.reporting_currency as currency,
    figure.dimension as dimension,
    figure.member as member,
    figure.bucket as bucket,
    cast(figure.value as decimal(38, 12)) as value,
    figure.unit as unit
from figure
join core.scope_period as grid
    on grid.month = figure.month
    and grid.dimension = figure.dimension
    and grid.scope_member = figure.member
cross join raw.setting as setting

-- Fiscal periods, each in its latest known version.
-- grain:  one row per entity, starts_on
-- source: raw.calendar, raw.superseded
select
    received.entity as entity,
    received.starts_on as starts_on,
    received.starts_day as starts_day,
    received.starts_month as starts_month,
    received.ends_on as ends_on,
    received.ends_day as ends_day,
    received.ends_month as ends_month,
    received.fiscal_year as fiscal_year,
    received.fiscal_period as fiscal_period,
    received._batch as _batch,
    received._line as _line
from raw.calendar as received
left join raw.superseded as superseded
    on superseded.dataset = 'calendar'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

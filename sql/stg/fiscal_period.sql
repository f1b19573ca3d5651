-- Fiscal periods, each in its latest known version.
-- grain:  one row per entity, starts_on
-- source: raw.batch, raw.calendar
with
repeated as (
    select
        coalesce(received.entity, '') as entity,
        received.starts_on as starts_on
    from raw.calendar as received
    group by coalesce(received.entity, ''), received.starts_on
    having count(*) > 1
),
version as (
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
        received._line as _line,
        row_number() over (
            partition by coalesce(received.entity, ''), received.starts_on
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.calendar as received
    join repeated
        on repeated.entity = coalesce(received.entity, '')
        and repeated.starts_on = received.starts_on
    join raw.batch as batch
        on batch.batch = received._batch
)
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
left join repeated
    on repeated.entity = coalesce(received.entity, '')
    and repeated.starts_on = received.starts_on
where repeated.entity is null
union all
select
    version.entity as entity,
    version.starts_on as starts_on,
    version.starts_day as starts_day,
    version.starts_month as starts_month,
    version.ends_on as ends_on,
    version.ends_day as ends_day,
    version.ends_month as ends_month,
    version.fiscal_year as fiscal_year,
    version.fiscal_period as fiscal_period,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

-- Targets of KPIs by entity and month, each in its latest known version.
-- grain:  one row per kpi, entity, target_on
-- source: raw.batch, raw.targets
with
repeated as (
    select
        received.kpi as kpi,
        coalesce(received.entity, '') as entity,
        received.month as target_on
    from raw.targets as received
    group by received.kpi, coalesce(received.entity, ''), received.month
    having count(*) > 1
),
version as (
    select
        received.kpi as kpi,
        received.entity as entity,
        received.month as target_on,
        received.month_day as target_day,
        received.month_month as target_month,
        received.value as value,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.kpi, coalesce(received.entity, ''), received.month
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.targets as received
    join repeated
        on repeated.kpi = received.kpi
        and repeated.entity = coalesce(received.entity, '')
        and repeated.target_on = received.month
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.kpi as kpi,
    received.entity as entity,
    received.month as target_on,
    received.month_day as target_day,
    received.month_month as target_month,
    received.value as value,
    received._batch as _batch,
    received._line as _line
from raw.targets as received
left join repeated
    on repeated.kpi = received.kpi
    and repeated.entity = coalesce(received.entity, '')
    and repeated.target_on = received.month
where repeated.kpi is null
union all
select
    version.kpi as kpi,
    version.entity as entity,
    version.target_on as target_on,
    version.target_day as target_day,
    version.target_month as target_month,
    version.value as value,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

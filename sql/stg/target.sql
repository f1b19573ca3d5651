-- Targets of KPIs by entity and month, each in its latest known version.
-- grain:  one row per kpi, entity, target_on
-- source: raw.superseded, raw.targets
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
left join raw.superseded as superseded
    on superseded.dataset = 'targets'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

-- Costs of collecting, each in its latest known version.
-- grain:  one row per cost_on
-- source: raw.costs, raw.superseded
select
    received."on" as cost_on,
    received.on_day as cost_day,
    received.on_month as cost_month,
    received.amount as amount,
    received.fte as fte,
    received._batch as _batch,
    received._line as _line
from raw.costs as received
left join raw.superseded as superseded
    on superseded.dataset = 'costs'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

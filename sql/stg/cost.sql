-- Costs of collecting, each in its latest known version.
-- grain:  one row per cost_on
-- source: raw.batch, raw.costs
with
repeated as (
    select
        received."on" as cost_on
    from raw.costs as received
    group by received."on"
    having count(*) > 1
),
version as (
    select
        received."on" as cost_on,
        received.on_day as cost_day,
        received.on_month as cost_month,
        received.amount as amount,
        received.fte as fte,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received."on"
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.costs as received
    join repeated
        on repeated.cost_on = received."on"
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received."on" as cost_on,
    received.on_day as cost_day,
    received.on_month as cost_month,
    received.amount as amount,
    received.fte as fte,
    received._batch as _batch,
    received._line as _line
from raw.costs as received
left join repeated
    on repeated.cost_on = received."on"
where repeated.cost_on is null
union all
select
    version.cost_on as cost_on,
    version.cost_day as cost_day,
    version.cost_month as cost_month,
    version.amount as amount,
    version.fte as fte,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

-- Calls, mails and letters, each in its latest known version.
-- grain:  one row per activity_id
-- source: raw.activities, raw.batch
with
repeated as (
    select
        received.activity_id as activity_id
    from raw.activities as received
    group by received.activity_id
    having count(*) > 1
),
version as (
    select
        received.activity_id as activity_id,
        received.customer_id as customer_id,
        received."at" as happened_at,
        received.at_day as happened_day,
        received.at_month as happened_month,
        received.at_second as happened_second,
        received.channel as channel,
        received.direction as direction,
        received."by" as actor,
        received.outcome as outcome,
        received.note as note,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.activity_id
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.activities as received
    join repeated
        on repeated.activity_id = received.activity_id
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.activity_id as activity_id,
    received.customer_id as customer_id,
    received."at" as happened_at,
    received.at_day as happened_day,
    received.at_month as happened_month,
    received.at_second as happened_second,
    received.channel as channel,
    received.direction as direction,
    received."by" as actor,
    received.outcome as outcome,
    received.note as note,
    received._batch as _batch,
    received._line as _line
from raw.activities as received
left join repeated
    on repeated.activity_id = received.activity_id
where repeated.activity_id is null
union all
select
    version.activity_id as activity_id,
    version.customer_id as customer_id,
    version.happened_at as happened_at,
    version.happened_day as happened_day,
    version.happened_month as happened_month,
    version.happened_second as happened_second,
    version.channel as channel,
    version.direction as direction,
    version.actor as actor,
    version.outcome as outcome,
    version.note as note,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

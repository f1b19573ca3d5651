-- Calls, mails and letters, each in its latest known version.
-- grain:  one row per activity_id
-- source: raw.activities, raw.superseded
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
left join raw.superseded as superseded
    on superseded.dataset = 'activities'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

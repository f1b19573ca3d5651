-- Decisions about a customer's place on the worklist, each in its latest known version.
-- grain:  one row per action_id
-- source: raw.actions, raw.superseded
select
    received.action_id as action_id,
    received.customer_id as customer_id,
    received."at" as happened_at,
    received.at_day as happened_day,
    received.at_month as happened_month,
    received.at_second as happened_second,
    received."by" as actor,
    received.kind as kind,
    received."until" as until_on,
    received.until_day as until_day,
    received.until_month as until_month,
    received.reason as reason,
    received.invoice_id as invoice_id,
    received.plan_id as plan_id,
    received._batch as _batch,
    received._line as _line
from raw.actions as received
left join raw.superseded as superseded
    on superseded.dataset = 'actions'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

-- Instalments of payment plans, each in its latest known version.
-- grain:  one row per plan_id and due_on
-- source: raw.plans, raw.superseded
select
    received.plan_id as plan_id,
    received.customer_id as customer_id,
    received.made_at as made_at,
    received.made_day as made_day,
    received.made_month as made_month,
    received.made_second as made_second,
    received."by" as actor,
    received.due_on as due_on,
    received.due_day as due_day,
    received.due_month as due_month,
    received.amount as amount,
    received.currency as currency,
    received._batch as _batch,
    received._line as _line
from raw.plans as received
left join raw.superseded as superseded
    on superseded.dataset = 'plans'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

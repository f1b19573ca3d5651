-- Applications that do not say which invoice they settle, each in its latest known version: most ledgers have none, and a
-- table that is known to be empty makes it cheap to place them.
-- grain:  one row per application_id
-- source: raw.applications, raw.superseded
-- unit:   document currency of the payment or credit
select
    received.application_id as application_id,
    received.source_id as source_id,
    received.applied_on as applied_on,
    received.applied_day as applied_day,
    received.applied_month as applied_month,
    received.amount as amount,
    cast(coalesce(received.discount, 0) as decimal(18, 3)) as discount,
    received._batch as _batch,
    received._line as _line
from raw.applications as received
left join raw.superseded as superseded
    on superseded.dataset = 'applications'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null
    and received.invoice_id is null

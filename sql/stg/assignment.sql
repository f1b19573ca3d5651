-- Customers given to another collector, and given back, each entry in its latest known version.
-- grain:  one row per assignment_id
-- source: raw.assignments, raw.superseded
select
    received.assignment_id as assignment_id,
    received.customer_id as customer_id,
    received."at" as happened_at,
    received.at_day as happened_day,
    received.at_month as happened_month,
    received.at_second as happened_second,
    received."by" as actor,
    received.collector as collector,
    received.reason as reason,
    received._batch as _batch,
    received._line as _line
from raw.assignments as received
left join raw.superseded as superseded
    on superseded.dataset = 'assignments'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

-- Promises to pay that fell due in the window and have matured, and where each came from.
-- grain:  one row per promise_id, largest first
-- source: core.period, core.promise_kept, raw.batch, raw.day, stg.promise
select
    kept.promise_id as promise_id,
    kept.customer_id as customer_id,
    last_date.on_date as last_on,
    kept.currency as currency,
    kept.amount as amount,
    kept.received as received,
    batch.batch as batch,
    batch.file as file,
    promise._line as line,
    batch.digest as digest
from core.promise_kept as kept
join core.period as period
    on period.is_as_of
    and kept.last_day between period.window_first_day and period.end_day
join raw.day as last_date
    on last_date.day = kept.last_day
join stg.promise as promise
    on promise.promise_id = kept.promise_id
join raw.batch as batch
    on batch.batch = promise._batch
order by kept.amount desc, kept.promise_id

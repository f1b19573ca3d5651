-- Cash received on amounts written off, each in its latest known version.
-- grain:  one row per recovery_id
-- source: raw.recoveries, raw.superseded
select
    received.recovery_id as recovery_id,
    received.recovered_on as recovered_on,
    received.recovered_day as recovered_day,
    received.recovered_month as recovered_month,
    received.amount as amount,
    received._batch as _batch,
    received._line as _line
from raw.recoveries as received
left join raw.superseded as superseded
    on superseded.dataset = 'recoveries'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

-- Cash received on amounts written off, each in its latest known version.
-- grain:  one row per recovery_id
-- source: raw.batch, raw.recoveries
with
repeated as (
    select
        received.recovery_id as recovery_id
    from raw.recoveries as received
    group by received.recovery_id
    having count(*) > 1
),
version as (
    select
        received.recovery_id as recovery_id,
        received.recovered_on as recovered_on,
        received.recovered_day as recovered_day,
        received.recovered_month as recovered_month,
        received.amount as amount,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.recovery_id
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.recoveries as received
    join repeated
        on repeated.recovery_id = received.recovery_id
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.recovery_id as recovery_id,
    received.recovered_on as recovered_on,
    received.recovered_day as recovered_day,
    received.recovered_month as recovered_month,
    received.amount as amount,
    received._batch as _batch,
    received._line as _line
from raw.recoveries as received
left join repeated
    on repeated.recovery_id = received.recovery_id
where repeated.recovery_id is null
union all
select
    version.recovery_id as recovery_id,
    version.recovered_on as recovered_on,
    version.recovered_day as recovered_day,
    version.recovered_month as recovered_month,
    version.amount as amount,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

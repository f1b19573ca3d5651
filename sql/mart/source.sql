-- What each source has delivered so far. A refused file delivers nothing.
-- grain:  one row per source
-- source: raw.applications, raw.batch, raw.credits, raw.disputes, raw.invoices, raw.payments
-- unit:   records of files; newest_event_on is the newest document, receipt, application or dispute of the source
with
dated as (
    select received._batch as batch, max(received.issued_on) as event_on
    from raw.invoices as received
    group by received._batch
    union all
    select received._batch as batch, max(received.received_on) as event_on
    from raw.payments as received
    group by received._batch
    union all
    select received._batch as batch, max(received.issued_on) as event_on
    from raw.credits as received
    group by received._batch
    union all
    select received._batch as batch, max(received.applied_on) as event_on
    from raw.applications as received
    group by received._batch
    union all
    select received._batch as batch, max(cast(received.opened_at as date)) as event_on
    from raw.disputes as received
    group by received._batch
),
newest as (
    select dated.batch as batch, max(dated.event_on) as event_on
    from dated
    group by dated.batch
)
select
    batch.source as source,
    count(*) as files,
    cast(sum(case when batch.failed <> '' then 1 else 0 end) as bigint) as failed_files,
    cast(sum(batch.records) as bigint) as records,
    cast(sum(batch.landed) as bigint) as landed,
    cast(sum(batch.rejected) as bigint) as rejected,
    cast(sum(batch.non_data) as bigint) as non_data,
    cast(sum(abs(batch.records - batch.landed - batch.rejected - batch.non_data)) as bigint) as unreconciled,
    max(case when batch.failed = '' then batch.landed_at end) as last_landed_at,
    max(newest.event_on) as newest_event_on
from raw.batch as batch
left join newest
    on newest.batch = batch.batch
group by batch.source

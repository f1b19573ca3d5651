-- What was applied of a payment or credit to an invoice, each in its latest known version.
-- grain:  one row per application_id
-- source: raw.applications, raw.batch
with
repeated as (
    select
        received.application_id as application_id
    from raw.applications as received
    group by received.application_id
    having count(*) > 1
),
version as (
    select
        received.application_id as application_id,
        received.source_id as source_id,
        received.invoice_id as invoice_id,
        received.applied_on as applied_on,
        received.applied_day as applied_day,
        received.applied_month as applied_month,
        received.amount as amount,
        received.discount as discount,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.application_id
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.applications as received
    join repeated
        on repeated.application_id = received.application_id
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.application_id as application_id,
    received.source_id as source_id,
    received.invoice_id as invoice_id,
    received.applied_on as applied_on,
    received.applied_day as applied_day,
    received.applied_month as applied_month,
    received.amount as amount,
    received.discount as discount,
    received._batch as _batch,
    received._line as _line
from raw.applications as received
left join repeated
    on repeated.application_id = received.application_id
where repeated.application_id is null
union all
select
    version.application_id as application_id,
    version.source_id as source_id,
    version.invoice_id as invoice_id,
    version.applied_on as applied_on,
    version.applied_day as applied_day,
    version.applied_month as applied_month,
    version.amount as amount,
    version.discount as discount,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

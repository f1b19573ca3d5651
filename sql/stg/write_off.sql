-- Amounts given up, each in its latest known version.
-- grain:  one row per write_off_id
-- source: raw.batch, raw.write_offs
with
repeated as (
    select
        received.write_off_id as write_off_id
    from raw.write_offs as received
    group by received.write_off_id
    having count(*) > 1
),
version as (
    select
        received.write_off_id as write_off_id,
        received.invoice_id as invoice_id,
        received.source_id as source_id,
        received.written_off_on as written_off_on,
        received.written_off_day as written_off_day,
        received.written_off_month as written_off_month,
        received.amount as amount,
        received.reason as reason,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.write_off_id
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.write_offs as received
    join repeated
        on repeated.write_off_id = received.write_off_id
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.write_off_id as write_off_id,
    received.invoice_id as invoice_id,
    received.source_id as source_id,
    received.written_off_on as written_off_on,
    received.written_off_day as written_off_day,
    received.written_off_month as written_off_month,
    received.amount as amount,
    received.reason as reason,
    received._batch as _batch,
    received._line as _line
from raw.write_offs as received
left join repeated
    on repeated.write_off_id = received.write_off_id
where repeated.write_off_id is null
union all
select
    version.write_off_id as write_off_id,
    version.invoice_id as invoice_id,
    version.source_id as source_id,
    version.written_off_on as written_off_on,
    version.written_off_day as written_off_day,
    version.written_off_month as written_off_month,
    version.amount as amount,
    version.reason as reason,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

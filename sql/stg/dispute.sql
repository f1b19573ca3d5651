-- Invoices that customers dispute, each in its latest known version.
-- grain:  one row per dispute_id
-- source: raw.batch, raw.disputes
with
repeated as (
    select
        received.dispute_id as dispute_id
    from raw.disputes as received
    group by received.dispute_id
    having count(*) > 1
),
version as (
    select
        received.dispute_id as dispute_id,
        received.invoice_id as invoice_id,
        received.customer_id as customer_id,
        received.opened_at as opened_at,
        received.opened_day as opened_day,
        received.opened_month as opened_month,
        received.opened_second as opened_second,
        received.amount as amount,
        received.reason as reason,
        received.status as status,
        received.owner as owner,
        received.first_response_at as first_response_at,
        received.first_response_day as first_response_day,
        received.first_response_month as first_response_month,
        received.first_response_second as first_response_second,
        received.resolved_at as resolved_at,
        received.resolved_day as resolved_day,
        received.resolved_month as resolved_month,
        received.resolved_second as resolved_second,
        received.outcome as outcome,
        received.upheld as upheld,
        received.credited as credited,
        received.recovered as recovered,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.dispute_id
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.disputes as received
    join repeated
        on repeated.dispute_id = received.dispute_id
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.dispute_id as dispute_id,
    received.invoice_id as invoice_id,
    received.customer_id as customer_id,
    received.opened_at as opened_at,
    received.opened_day as opened_day,
    received.opened_month as opened_month,
    received.opened_second as opened_second,
    received.amount as amount,
    received.reason as reason,
    received.status as status,
    received.owner as owner,
    received.first_response_at as first_response_at,
    received.first_response_day as first_response_day,
    received.first_response_month as first_response_month,
    received.first_response_second as first_response_second,
    received.resolved_at as resolved_at,
    received.resolved_day as resolved_day,
    received.resolved_month as resolved_month,
    received.resolved_second as resolved_second,
    received.outcome as outcome,
    received.upheld as upheld,
    received.credited as credited,
    received.recovered as recovered,
    received._batch as _batch,
    received._line as _line
from raw.disputes as received
left join repeated
    on repeated.dispute_id = received.dispute_id
where repeated.dispute_id is null
union all
select
    version.dispute_id as dispute_id,
    version.invoice_id as invoice_id,
    version.customer_id as customer_id,
    version.opened_at as opened_at,
    version.opened_day as opened_day,
    version.opened_month as opened_month,
    version.opened_second as opened_second,
    version.amount as amount,
    version.reason as reason,
    version.status as status,
    version.owner as owner,
    version.first_response_at as first_response_at,
    version.first_response_day as first_response_day,
    version.first_response_month as first_response_month,
    version.first_response_second as first_response_second,
    version.resolved_at as resolved_at,
    version.resolved_day as resolved_day,
    version.resolved_month as resolved_month,
    version.resolved_second as resolved_second,
    version.outcome as outcome,
    version.upheld as upheld,
    version.credited as credited,
    version.recovered as recovered,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

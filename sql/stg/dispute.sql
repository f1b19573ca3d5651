-- Invoices that customers dispute, each in its latest known version.
-- grain:  one row per dispute_id
-- source: raw.disputes, raw.superseded
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
left join raw.superseded as superseded
    on superseded.dataset = 'disputes'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

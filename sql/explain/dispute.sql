-- Disputes that are open or were resolved in the window, and where each came from.
-- grain:  one row per dispute_id, largest first
-- source: core.dispute_at, core.period, mart.dispute, raw.batch, stg.dispute
select
    dispute.dispute_id as dispute_id,
    dispute.invoice_id as invoice_id,
    dispute.customer_id as customer_id,
    dispute.reason as reason,
    dispute.opened_at as opened_at,
    dispute.resolved_at as resolved_at,
    dispute.age_days as age_days,
    dispute.cycle_days as cycle_days,
    dispute.currency as currency,
    dispute.amount as amount,
    dispute.reporting_amount as reporting_amount,
    batch.batch as batch,
    batch.file as file,
    received._line as line,
    batch.digest as digest
from mart.dispute as dispute
join core.dispute_at as at_end
    on at_end.dispute_id = dispute.dispute_id
join core.period as period
    on period.month = at_end.month
    and period.is_as_of
join stg.dispute as received
    on received.dispute_id = dispute.dispute_id
join raw.batch as batch
    on batch.batch = received._batch
where at_end.is_open or at_end.is_resolved
order by dispute.reporting_amount desc, dispute.dispute_id

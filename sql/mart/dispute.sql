-- Disputes known on the day the books are read.
-- grain:   one row per dispute_id
-- formula: age counts while a dispute is open, cycle once it is resolved, both in calendar days
-- source:  core.dispute, core.period
-- unit:    document currency of the invoice; reporting currency at the invoice's rate; days
select
    dispute.dispute_id as dispute_id,
    dispute.invoice_id as invoice_id,
    dispute.customer_id as customer_id,
    dispute.entity as entity,
    coalesce(dispute.reason, '(none)') as reason,
    dispute.owner as owner,
    case when dispute.resolved_day <= period.end_day then dispute.outcome end as outcome,
    dispute.opened_at as opened_at,
    case when dispute.resolved_day <= period.end_day then dispute.resolved_at end as resolved_at,
    period.end_day < dispute.resolved_day as open,
    case when period.end_day < dispute.resolved_day then period.end_day - dispute.opened_day end as age_days,
    case when dispute.resolved_day <= period.end_day then dispute.resolved_day - dispute.opened_day end as cycle_days,
    dispute.currency as currency,
    dispute.amount as amount,
    cast(dispute.amount * dispute.rate as decimal(38, 12)) as reporting_amount,
    cast(
        case when period.end_day < dispute.resolved_day then dispute.amount * dispute.rate else 0 end
        as decimal(38, 12)
    ) as open_reporting_amount
from core.dispute as dispute
join core.period as period
    on dispute.opened_day <= period.end_day
where period.is_as_of

-- Disputes as each period sees them: open at its end, opened or resolved in its window.
-- grain:  one row per month and dispute_id that is open or falls in the window
-- source: core.dispute, core.member, core.period
-- unit:   reporting currency at the invoice's own rate; days, hours. Upheld is what was found not owed to the customer
select
    period.month as month,
    dispute.dispute_id as dispute_id,
    dispute.invoice_id as invoice_id,
    dispute.entity as entity,
    dispute.currency as currency,
    coalesce(member.member, '') as member,
    dispute.opened_day <= period.end_day and period.end_day < dispute.resolved_day as is_open,
    dispute.opened_day between period.window_first_day and period.end_day as is_incurred,
    dispute.resolved_day between period.window_first_day and period.end_day
    and coalesce(dispute.outcome, '') <> 'withdrawn' as is_resolved,
    dispute.first_response_day between period.window_first_day and period.end_day as is_answered,
    dispute.first_response_second - dispute.opened_second as response_seconds,
    dispute.first_response_day is null or dispute.first_response_day > period.end_day as is_silent,
    dispute.outcome as outcome,
    period.end_day - dispute.opened_day as age_days,
    dispute.resolved_day - dispute.opened_day as cycle_days,
    dispute.amount as amount,
    cast(dispute.amount * dispute.rate as decimal(38, 12)) as reporting_amount,
    cast(
        case dispute.outcome
            when 'invalid' then coalesce(dispute.upheld, dispute.amount)
            when 'partial' then coalesce(dispute.upheld, 0)
            else 0
        end * dispute.rate as decimal(38, 12)
    ) as upheld_amount,
    cast(coalesce(dispute.recovered, 0) * dispute.rate as decimal(38, 12)) as recovered_amount
from core.dispute as dispute
join core.period as period
    on dispute.opened_day <= period.end_day
    and period.window_first_day <= dispute.resolved_day
left join core.member as member
    on member.customer_id = dispute.customer_id

-- The KPIs of disputes at the end of every reported period.
-- grain:   one row per month, dimension, scope_member and kpi
-- formula: DDO = open disputed amount x days of the window / amount newly disputed in the window
-- source:  core.scope_dispute, core.scope_invoice_dispute, core.scope_period
-- unit:    reporting currency; days; hours; cases; percent
select
    grid.month as month,
    grid.dimension as dimension,
    grid.scope_member as scope_member,
    named.kpi as kpi,
    '' as bucket,
    named.unit as unit,
    case
        when named.kpi = 'open_disputes' then dispute.open_amount
        when named.kpi = 'dispute_rate_count'
            then cast(issued.disputed_invoices * 100e0 / nullif(issued.invoices, 0) as decimal(38, 12))
        when named.kpi = 'dispute_rate_value'
            then cast(issued.disputed_amount * 100e0 / nullif(issued.invoiced_amount, 0) as decimal(38, 12))
        when named.kpi = 'first_response_hours' then cast(dispute.response_hours as decimal(38, 12))
        when named.kpi = 'first_response_median' then cast(dispute.median_hours as decimal(38, 12))
        when named.kpi = 'unanswered_disputes' then cast(dispute.unanswered_cases as decimal(38, 12))
        when named.kpi = 'dispute_valid_rate_count'
            then cast(dispute.valid_cases * 100e0 / nullif(dispute.resolved_cases, 0) as decimal(38, 12))
        when named.kpi = 'dispute_win_rate_count'
            then cast(dispute.won_cases * 100e0 / nullif(dispute.resolved_cases, 0) as decimal(38, 12))
        when named.kpi = 'dispute_win_rate_value'
            then cast(dispute.upheld_amount * 100e0 / nullif(dispute.resolved_amount, 0) as decimal(38, 12))
        when named.kpi = 'deduction_recovery_rate'
            then cast(dispute.recovered_amount * 100e0 / nullif(dispute.upheld_amount, 0) as decimal(38, 12))
        when named.kpi = 'deduction_recovery_total'
            then cast(dispute.recovered_amount * 100e0 / nullif(dispute.resolved_amount, 0) as decimal(38, 12))
        when named.kpi = 'dispute_cycle_days' then cast(dispute.cycle_days as decimal(38, 12))
        when named.kpi = 'dispute_cycle_median' then cast(dispute.median_days as decimal(38, 12))
        when named.kpi = 'dispute_open_age' then cast(dispute.open_age_days as decimal(38, 12))
        when named.kpi = 'ddo'
            then cast(
                dispute.open_amount * 1e0 * grid.window_days / nullif(dispute.incurred_amount, 0) as decimal(38, 12)
            )
    end as value
from core.scope_period as grid
join core.scope_dispute as dispute
    on dispute.month = grid.month
    and dispute.dimension = grid.dimension
    and dispute.scope_member = grid.scope_member
left join core.scope_invoice_dispute as issued
    on issued.month = grid.month
    and issued.dimension = grid.dimension
    and issued.scope_member = grid.scope_member
cross join (
    values
    ('dispute_rate_count', 'percent'),
    ('dispute_rate_value', 'percent'),
    ('first_response_hours', 'hours'),
    ('first_response_median', 'hours'),
    ('unanswered_disputes', 'count'),
    ('dispute_valid_rate_count', 'percent'),
    ('dispute_win_rate_count', 'percent'),
    ('dispute_win_rate_value', 'percent'),
    ('deduction_recovery_rate', 'percent'),
    ('deduction_recovery_total', 'percent'),
    ('open_disputes', 'amount'),
    ('dispute_cycle_days', 'days'),
    ('dispute_cycle_median', 'days'),
    ('dispute_open_age', 'days'),
    ('ddo', 'days')
) as named (kpi, unit)
where grid.is_reported

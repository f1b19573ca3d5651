-- Collection effectiveness and payment behaviour at the end of every reported period.
-- grain:   one row per month, dimension, scope_member and kpi
-- formula: CEI = (beginning AR + sales - ending AR) / (beginning AR + sales - ending current AR) x 100, over one month;
--          the CRF form over a quarter takes a third of its sales. Days are weighted by amount.
--          Recoveries, costs and forecasts are the company's: figures on them exist for the whole only.
-- source:  core.company_window, core.period, core.scope_balance, core.scope_period, core.scope_promise, core.scope_window
-- unit:    percent, days, index points; reporting currency per person
with
known as (
    select
        grid.month as month,
        grid.dimension as dimension,
        grid.scope_member as scope_member,
        (prior.net + flow.month_sales - balance.net) * 1e0 as collected,
        (prior.net + flow.month_sales - balance.due_current) * 1e0 as collectable,
        (3 * (opening.net - balance.net) + flow.window_sales) * 1e0 as quarter_collected,
        (3 * (opening.net - balance.due_current) + flow.window_sales) * 1e0 as quarter_collectable,
        flow.window_sales * 1e0 as window_sales,
        flow.paid * 1e0 as paid,
        flow.on_time * 1e0 as on_time,
        flow.days_to_pay_amount * 1e0 as days_to_pay_amount,
        flow.days_late_amount * 1e0 as days_late_amount,
        flow.index_amount * 1e0 / 84 as index_amount,
        flow.late * 1e0 as late,
        flow.written_off * 1e0 as written_off,
        company.recovered_amount * 1e0 as recovered,
        company.cost_amount * 1e0 as cost,
        company.fte as fte,
        company.forecast_error_amount * 1e0 as forecast_error,
        company.forecast_amount * 1e0 as forecast,
        company.actual_amount * 1e0 as actual,
        promise.kept * 1e0 as kept,
        promise.promises * 1e0 as promises,
        promise.received_amount * 1e0 as promise_received,
        promise.promised_amount * 1e0 as promised
    from core.scope_period as grid
    join core.scope_balance as balance
        on balance.month = grid.month
        and balance.dimension = grid.dimension
        and balance.scope_member = grid.scope_member
    join core.scope_balance as prior
        on prior.month = grid.month - 1
        and prior.dimension = grid.dimension
        and prior.scope_member = grid.scope_member
    join core.scope_balance as opening
        on opening.month = grid.month - 3
        and opening.dimension = grid.dimension
        and opening.scope_member = grid.scope_member
    join core.scope_window as flow
        on flow.month = grid.month
        and flow.dimension = grid.dimension
        and flow.scope_member = grid.scope_member
    join core.period as period
        on period.month = grid.month
    left join core.company_window as company
        on company.month = grid.month
        and grid.dimension = ''
    left join core.scope_promise as promise
        on period.is_as_of
        and promise.dimension = grid.dimension
        and promise.scope_member = grid.scope_member
    where grid.is_reported
)
select
    known.month as month,
    known.dimension as dimension,
    known.scope_member as scope_member,
    named.kpi as kpi,
    '' as bucket,
    named.unit as unit,
    cast(case
        when named.kpi = 'cei' and known.collectable > 0 then known.collected * 100 / nullif(known.collectable, 0)
        when named.kpi = 'cei_crf_quarter' then known.quarter_collected * 100 / nullif(known.quarter_collectable, 0)
        when named.kpi = 'days_to_pay' then known.days_to_pay_amount / nullif(known.paid, 0)
        when named.kpi = 'dbt' then known.days_late_amount / nullif(known.paid, 0)
        when named.kpi = 'paydex_like' then known.index_amount / nullif(known.paid, 0)
        when named.kpi = 'pct_paid_on_time' then known.on_time * 100 / nullif(known.paid, 0)
        when named.kpi = 'bad_debt_gross_pct' then known.written_off * 100 / nullif(known.window_sales, 0)
        when named.kpi = 'bad_debt_net_pct' then (known.written_off - known.recovered) * 100 / nullif(known.window_sales, 0)
        when named.kpi = 'forecast_accuracy' and known.actual <> 0
            then greatest(1 - known.forecast_error / nullif(known.actual, 0), 0) * 100
        when named.kpi = 'forecast_bias' then (known.forecast - known.actual) * 100 / nullif(known.actual, 0)
        when named.kpi = 'cost_per_dollar' then known.cost / nullif(known.paid, 0)
        when named.kpi = 'past_due_cash_per_fte' then known.late / nullif(known.fte, 0)
        when named.kpi = 'ptp_kept_rate' then known.kept * 100 / nullif(known.promises, 0)
        when named.kpi = 'ptp_kept_value' then known.promise_received * 100 / nullif(known.promised, 0)
    end as decimal(38, 12)) as value
from known
cross join (
    values
    ('cei', 'percent'),
    ('cei_crf_quarter', 'percent'),
    ('days_to_pay', 'days'),
    ('dbt', 'days'),
    ('paydex_like', 'ratio'),
    ('pct_paid_on_time', 'percent'),
    ('bad_debt_gross_pct', 'percent'),
    ('bad_debt_net_pct', 'percent'),
    ('forecast_accuracy', 'percent'),
    ('forecast_bias', 'percent'),
    ('cost_per_dollar', 'ratio'),
    ('past_due_cash_per_fte', 'amount'),
    ('ptp_kept_rate', 'percent'),
    ('ptp_kept_value', 'percent')
) as named (kpi, unit)

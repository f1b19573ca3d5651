-- The figures that enter the KPIs on the day the books are read, over everything.
-- grain:  one row
-- source: core.billing_age, core.company_window, core.countback, core.period, core.scope_balance, core.scope_dispute,
--         core.scope_invoice_dispute, core.scope_period, core.scope_promise, core.scope_window
select
    grid.days as days,
    grid.window_days as window_days,
    balance.net as net,
    balance.gross as gross,
    balance.credits as credits,
    balance.unapplied_cash as unapplied_cash,
    balance.due_current as due_current,
    balance.due_30 as due_30,
    balance.due_60 as due_60,
    balance.due_90 as due_90,
    balance.due_over as due_over,
    balance.age_30 as age_30,
    balance.age_60 as age_60,
    balance.age_90 as age_90,
    balance.age_over as age_over,
    balance.age_amount as age_amount,
    balance.disputed as disputed,
    third.net as third_net,
    second.net as second_net,
    opening.net as opening_net,
    flow.window_sales as window_sales,
    flow.month_sales as month_sales,
    flow.paid as paid,
    flow.on_time as on_time,
    flow.days_to_pay_amount as days_to_pay_amount,
    flow.days_late_amount as days_late_amount,
    flow.index_amount * 1e0 / 84 as index_amount,
    flow.received as received,
    flow.received_unapplied as received_unapplied,
    countback.days as countback_days,
    countback.unexhausted as unexhausted,
    age.sales_weighted_days as sales_weighted_days,
    age.true_days as true_days,
    dispute.open_amount as dispute_open_amount,
    dispute.incurred_amount as incurred_amount,
    dispute.open_cases as open_cases,
    dispute.resolved_cases as resolved_cases,
    dispute.open_age_days as open_age_days,
    dispute.cycle_days as cycle_days,
    dispute.median_days as median_days,
    dispute.response_hours as response_hours,
    dispute.median_hours as median_hours,
    dispute.unanswered_cases as unanswered_cases,
    dispute.valid_cases as valid_cases,
    dispute.won_cases as won_cases,
    dispute.resolved_amount as resolved_amount,
    dispute.upheld_amount as upheld_amount,
    dispute.recovered_amount as recovered_amount,
    issued.invoices as invoices,
    issued.disputed_invoices as disputed_invoices,
    issued.invoiced_amount as invoiced,
    issued.disputed_amount as disputed_invoiced,
    promise.promises as promises,
    promise.kept as promises_kept,
    promise.promised_amount as promised,
    promise.received_amount as promise_received,
    flow.late as late,
    flow.written_off as written_off,
    company.recovered_amount as recovered,
    company.cost_amount as cost,
    company.fte as fte,
    company.forecast_error_amount as forecast_error,
    company.forecast_amount as forecast,
    company.actual_amount as actual
from core.scope_period as grid
join core.period as period
    on period.month = grid.month
join core.scope_balance as balance
    on balance.month = grid.month and balance.dimension = grid.dimension
join core.scope_balance as third
    on third.month = grid.month - 1 and third.dimension = grid.dimension
join core.scope_balance as second
    on second.month = grid.month - 2 and second.dimension = grid.dimension
join core.scope_balance as opening
    on opening.month = grid.month - 3 and opening.dimension = grid.dimension
join core.scope_window as flow
    on flow.month = grid.month and flow.dimension = grid.dimension
join core.countback as countback
    on countback.month = grid.month and countback.dimension = grid.dimension
join core.scope_dispute as dispute
    on dispute.month = grid.month and dispute.dimension = grid.dimension
left join core.billing_age as age
    on age.month = grid.month and age.dimension = grid.dimension
left join core.scope_invoice_dispute as issued
    on issued.month = grid.month and issued.dimension = grid.dimension
left join core.scope_promise as promise
    on promise.dimension = grid.dimension
left join core.company_window as company
    on company.month = grid.month
where period.is_as_of
    and grid.dimension = ''

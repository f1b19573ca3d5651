-- What is known of the company as a whole only: recoveries, costs of collecting, expected losses.
-- grain:  one row per month
-- source: core.forecast_error, core.period, stg.cost, stg.recovery
-- unit:   reporting currency; people
with
recovered as (
    select period.month as month, sum(recovery.amount) as amount
    from stg.recovery as recovery
    join core.period as period
        on recovery.recovered_day between period.window_first_day and period.end_day
    group by period.month
),
spent as (
    select period.month as month, sum(cost.amount) as amount, sum(cost.fte) * 1e0 / nullif(count(cost.fte), 0) as fte
    from stg.cost as cost
    join core.period as period
        on cost.cost_day between period.window_first_day and period.end_day
    group by period.month
)
select
    period.month as month,
    cast(coalesce(recovered.amount, 0) as decimal(38, 12)) as recovered_amount,
    cast(coalesce(spent.amount, 0) as decimal(38, 12)) as cost_amount,
    spent.fte as fte,
    forecast.error_amount as forecast_error_amount,
    forecast.forecast_amount as forecast_amount,
    forecast.actual_amount as actual_amount
from core.period as period
left join recovered
    on recovered.month = period.month
left join spent
    on spent.month = period.month
left join core.forecast_error as forecast
    on forecast.month = period.month

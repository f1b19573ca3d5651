-- Cash forecasts that fell due in each period's window against what was received on their days.
-- grain:   one row per month
-- formula: of several forecasts for a day the last one made on or before it counts
-- source:  core.period, core.source, stg.forecast
-- unit:    reporting currency at the receipt's own rate
with
frozen as (
    select
        forecast.due_day as due_day,
        forecast.amount as amount,
        row_number() over (partition by forecast.due_day order by forecast.made_day desc) as recency
    from stg.forecast as forecast
    where forecast.made_day <= forecast.due_day
),
compared as (
    select
        period.month as month,
        frozen.due_day as due_day,
        frozen.amount as forecast_amount,
        cast(coalesce(sum(source.amount * source.rate), 0) as decimal(38, 12)) as actual_amount
    from frozen
    join core.period as period
        on frozen.due_day between period.window_first_day and period.end_day
    left join core.source as source
        on source.kind = 'payment'
        and source.dated_day = frozen.due_day
        and period.end_day < source.until_day
    where frozen.recency = 1
    group by period.month, frozen.due_day, frozen.amount
)
select
    compared.month as month,
    cast(sum(abs(compared.forecast_amount - compared.actual_amount)) as decimal(38, 12)) as error_amount,
    cast(sum(compared.forecast_amount) as decimal(38, 12)) as forecast_amount,
    cast(sum(compared.actual_amount) as decimal(38, 12)) as actual_amount
from compared
group by compared.month

-- Forecasts of cash as they were made, week by week, and what came. The first one published on an as-of day is kept for ever.
-- grain:   one row per made_on and week
-- formula: actual = receipts dated in the week and not reversed by the as-of day; NULL until the week is over. A forecast that was made
--          more than a week after its day is no test: it may have known what came
-- source:  core.source, raw.day, raw.forecast_made, raw.run_param
-- unit:    reporting currency at the receipt's own rate
with
made as (
    select
        forecast.made_on as made_on,
        forecast.known_at as known_at,
        forecast.week as week,
        forecast.from_on as from_on,
        forecast.until_on as until_on,
        forecast.expected_amount as expected_amount,
        forecast.low_amount as low_amount,
        forecast.high_amount as high_amount,
        first_date.day as from_day,
        last_date.day as until_day,
        known_date.day <= made_date.day + 7 as in_time
    from raw.forecast_made as forecast
    join raw.day as first_date
        on first_date.on_date = forecast.from_on
    join raw.day as last_date
        on last_date.on_date = forecast.until_on
    join raw.day as made_date
        on made_date.on_date = forecast.made_on
    join raw.day as known_date
        on known_date.on_date = cast(forecast.known_at as date)
),
came as (
    select
        made.made_on as made_on,
        made.week as week,
        sum(source.amount * source.rate) as amount
    from made
    cross join raw.run_param as param
    join core.source as source
        on source.kind = 'payment'
        and source.dated_day between made.from_day and made.until_day
        and param.as_of_day < source.until_day
    group by made.made_on, made.week
)
select
    made.made_on as made_on,
    made.known_at as known_at,
    made.week as week,
    made.from_on as from_on,
    made.until_on as until_on,
    made.expected_amount as expected_amount,
    made.low_amount as low_amount,
    made.high_amount as high_amount,
    made.in_time as in_time,
    cast(case when made.until_day <= param.as_of_day then coalesce(came.amount, 0) end as decimal(38, 12)) as actual_amount
from made
cross join raw.run_param as param
left join came
    on came.made_on = made.made_on
    and came.week = made.week

-- Fiscal periods, such as those of a 4-4-5 calendar, that had begun by as_of. The one that as_of lies in ends on as_of.
-- grain:   one row per calendar ('' for that of the company, else an entity's own) and starts_day; none without a calendar
-- formula: window = the three fiscal periods that end with the period; without two periods before it there is none
-- source:  raw.day, raw.run_param, stg.fiscal_period
with
begun as (
    select
        coalesce(period.entity, '') as calendar,
        period.fiscal_year as fiscal_year,
        period.fiscal_period as fiscal_period,
        period.starts_on as starts_on,
        period.starts_day as starts_day,
        least(period.ends_day, param.as_of_day) as end_day,
        lag(period.starts_day, 2) over (
            partition by coalesce(period.entity, '') order by period.starts_day
        ) as window_first_day,
        period.ends_month >= param.as_of_month - param.history_months as is_reported
    from stg.fiscal_period as period
    join raw.run_param as param
        on period.starts_day <= param.as_of_day
)
select
    begun.calendar as calendar,
    begun.fiscal_year as fiscal_year,
    begun.fiscal_period as fiscal_period,
    begun.starts_on as starts_on,
    begun.starts_day as starts_day,
    begun.end_day as end_day,
    ends.on_date as end_on,
    begun.window_first_day as window_first_day,
    begun.end_day - begun.window_first_day + 1 as window_days
from begun
join raw.day as ends
    on ends.day = begun.end_day
where begun.is_reported

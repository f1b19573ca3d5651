-- The days on which the books are read: the as-of day and the month-ends before it that trends and windows need.
-- grain:   one row per month; the month of as_of ends on as_of
-- formula: window = the three calendar months that end with the period
-- source:  raw.month, raw.run_param
select
    month.month as month,
    month.first_day as first_day,
    least(month.last_day, param.as_of_day) as end_day,
    least(month.last_day, param.as_of_day) - month.first_day + 1 as days,
    least(month.last_day, param.as_of_day) - opening.first_day + 1 as window_days,
    opening.first_day as window_first_day,
    case when month.month = param.as_of_month then param.as_of else month.last_on end as end_on,
    month.month >= param.as_of_month - param.history_months as is_reported,
    month.month = param.as_of_month as is_as_of
from raw.month as month
cross join raw.run_param as param
join raw.month as opening
    on opening.month = month.month - 2
where month.month between param.as_of_month - param.history_months - 3 and param.as_of_month

-- The days between which a change of DSO is explained: the as-of day, the month-end before it and the one a year before.
-- grain:   one row per month
-- formula: window = the three calendar months that end with the day
-- source:  raw.month, raw.run_param
select
    month.month as month,
    param.as_of_month - month.month as months_back,
    opening.first_day as window_first_day,
    least(month.last_day, param.as_of_day) as end_day,
    least(month.last_day, param.as_of_day) - opening.first_day + 1 as window_days,
    case when month.month = param.as_of_month then param.as_of else month.last_on end as end_on
from raw.month as month
cross join raw.run_param as param
join raw.month as opening
    on opening.month = month.month - 2
where param.as_of_month - month.month in (0, 1, 12)

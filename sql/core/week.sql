-- The weeks that trends of disputes show: 53 of them, the last one up to the day the books are read.
-- grain:   one row per week, which begins on a Monday
-- formula: 1970-01-01 was a Thursday: a day's week begins at day - (day + 3) % 7
-- source:  raw.day, raw.run_param
select
    day.day as first_day,
    least(day.day + 6, param.as_of_day) as last_day,
    day.on_date as first_on
from raw.day as day
cross join raw.run_param as param
where (day.day + 3) % 7 = 0
    and day.day between param.as_of_day - 370 and param.as_of_day

-- Customers who are not to be contacted on the day the books are read, and the last of the quiet days in a row.
-- grain:   one row per customer_id
-- formula: a day is quiet by any rule of the configuration whose condition the customer meets; at most 60 days ahead
-- source:  raw.day, raw.quiet_day, raw.run_param, rule.quiet
with
quiet as (
    select met.customer_id as customer_id, named.day as day
    from rule.quiet as met
    cross join raw.run_param as param
    join raw.quiet_day as named
        on named.place = met.place
        and named.day between param.as_of_day and param.as_of_day + 60
    group by met.customer_id, named.day
),
ending as (
    select quiet.customer_id as customer_id, min(quiet.day) as last_day
    from quiet
    left join quiet as following
        on following.customer_id = quiet.customer_id
        and following.day = quiet.day + 1
    where following.customer_id is null
    group by quiet.customer_id
)
select
    quiet.customer_id as customer_id,
    calendar.on_date as until_on
from quiet
cross join raw.run_param as param
join ending
    on ending.customer_id = quiet.customer_id
join raw.day as calendar
    on calendar.day = ending.last_day
where quiet.day = param.as_of_day

-- The closing rates of the days between which a change of DSO is explained.
-- grain:  one row per month and currency that has a rate
-- source: core.dso_day, core.rate_span
-- unit:   reporting currency for one unit of the currency
select
    day.month as month,
    span.currency as currency,
    span.rate as rate
from core.dso_day as day
join core.rate_span as span
    on span.from_day <= day.end_day
    and day.end_day < span.to_day

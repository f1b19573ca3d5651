-- The rate of a currency on each day that has one.
-- grain:  one row per currency and day
-- source: core.rate_span, raw.day
-- unit:   reporting currency for one unit of the currency
select
    span.currency as currency,
    day.day as day,
    span.rate as rate
from raw.day as day
join core.rate_span as span
    on span.from_day <= day.day
    and day.day < span.to_day

-- The rate at which a period values its open amounts. A currency without one is valued at its documents' own rates.
-- grain:  one row per month and currency
-- source: core.period, core.rate_span
-- unit:   reporting currency for one unit of the currency
select
    period.month as month,
    span.currency as currency,
    span.rate as rate
from core.period as period
join core.rate_span as span
    on span.from_day <= period.end_day
    and period.end_day < span.to_day

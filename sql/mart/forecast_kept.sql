-- How the forecasts that were really made have come out, by how far ahead they looked.
-- grain:   one row per week ahead with a forecast made in time whose week is over
-- formula: accuracy = 1 - sum of |expected - actual| / sum of actual, at least 0; bias = (expected - actual) / actual; within the band
--          is the share of weeks that came between low and high
-- source:  mart.forecast_made
-- unit:    reporting currency; shares
select
    made.week as week,
    count(*) as forecasts,
    min(made.made_on) as first_made_on,
    max(made.made_on) as last_made_on,
    cast(sum(made.expected_amount) as decimal(38, 12)) as expected_amount,
    cast(sum(made.actual_amount) as decimal(38, 12)) as actual_amount,
    cast(greatest(1 - sum(abs(made.expected_amount - made.actual_amount)) * 1e0 / nullif(sum(made.actual_amount), 0), 0) as decimal(18, 9)) as accuracy,
    cast(sum(made.expected_amount - made.actual_amount) * 1e0 / nullif(sum(made.actual_amount), 0) as decimal(18, 9)) as bias,
    cast(sum(case when made.actual_amount between made.low_amount and made.high_amount then 1 else 0 end) * 1e0
        / nullif(sum(case when made.low_amount is not null then 1 else 0 end), 0) as decimal(18, 9)) as within_band
from mart.forecast_made as made
where made.actual_amount is not null
    and made.in_time
group by made.week

-- Receipts expected in the next thirteen weeks, with a band from the forecasts' own errors.
-- grain:   one row per week, 1 to 13
-- source:  mart.forecast
-- unit:    reporting currency
select
    ahead.week as week,
    ahead.from_on as from_on,
    ahead.until_on as until_on,
    ahead.open_amount as open_amount,
    ahead.new_amount as new_amount,
    ahead.expected_amount as expected_amount,
    ahead.low_amount as low_amount,
    ahead.high_amount as high_amount
from mart.forecast as ahead
order by ahead.week

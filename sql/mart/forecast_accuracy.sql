-- How forecasts of cash have come out: from the first days of the last months, with what had been learnt before each, on the items that
-- are learnt from.
-- grain:   one row per week ahead, 1 to 13
-- formula: accuracy = 1 - sum of |forecast - actual| / sum of actual, at least 0; bias = (forecast - actual) / actual
-- source:  score.cash
-- unit:    reporting currency; shares; low and high are what actual was of forecast in the tenth and the ninetieth of a hundred origins
select
    cash.week as week,
    cash.origins as origins,
    cash.forecast_amount as forecast_amount,
    cash.actual_amount as actual_amount,
    cash.accuracy as accuracy,
    cash.bias as bias,
    cash.low_share as low_share,
    cash.high_share as high_share
from score.cash as cash

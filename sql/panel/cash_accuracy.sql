-- How forecasts of cash have come out: those of the test on past months, and those that were really made and whose weeks are over.
-- grain:   one row per week ahead, 1 to 13
-- source:  mart.forecast_accuracy, mart.forecast_kept
-- unit:    shares
select
    tested.week as week,
    tested.origins as origins,
    tested.accuracy as accuracy,
    tested.bias as bias,
    tested.low_share as low_share,
    tested.high_share as high_share,
    kept.forecasts as kept_forecasts,
    kept.accuracy as kept_accuracy,
    kept.bias as kept_bias,
    kept.within_band as kept_within_band
from mart.forecast_accuracy as tested
left join mart.forecast_kept as kept
    on kept.week = tested.week
order by tested.week

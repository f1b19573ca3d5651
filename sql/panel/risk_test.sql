-- How good scores of the last months have been, each learnt from what was settled before: of all months, and month by month.
-- grain:   one row per forecast and month; month 0 is all
-- source:  mart.score_backtest, mart.score_card
-- unit:    measures of the reference; low and high hold 95 of 100 resamples
select
    card.kind as kind,
    card.examples as examples,
    test.forecast as forecast,
    test.month as month,
    test.from_on as from_on,
    test.until_on as until_on,
    test.learnt as learnt,
    test.tested as tested,
    test.auc as auc,
    test.auc_low as auc_low,
    test.auc_high as auc_high,
    test.brier as brier,
    test.brier_low as brier_low,
    test.brier_high as brier_high,
    test.ece as ece,
    test.ece_low as ece_low,
    test.ece_high as ece_high,
    test.rmse_days as rmse_days,
    test.rmse_days_low as rmse_days_low,
    test.rmse_days_high as rmse_days_high,
    test.top_fifth as top_fifth,
    test.top_fifth_low as top_fifth_low,
    test.top_fifth_high as top_fifth_high,
    test.top_fifth_by_amount as top_fifth_by_amount,
    test.top_fifth_best as top_fifth_best
from mart.score_card as card
left join mart.score_backtest as test
    on test.month is not null
order by test.month, test.forecast

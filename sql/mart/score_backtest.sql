-- How good the scores have been: every month forecast from what was settled before it, and compared with what came.
-- grain:  one row per forecast and month; month 0 pools all months. Forecasts: model, model_at_once (without what is known only after the
--         invoice was issued, as disputes are), prior_rate (the naive model: the customer's prior late rate)
-- source: score.backtest
-- unit:   shares from 0 to 1; rmse_days in days; low and high hold 95 of 100 resamples; NULL where not defined
select
    backtest.forecast as forecast,
    backtest.month as month,
    backtest.from_on as from_on,
    backtest.until_on as until_on,
    backtest.learnt as learnt,
    backtest.tested as tested,
    backtest.auc as auc,
    backtest.auc_low as auc_low,
    backtest.auc_high as auc_high,
    backtest.brier as brier,
    backtest.brier_low as brier_low,
    backtest.brier_high as brier_high,
    backtest.ece as ece,
    backtest.ece_low as ece_low,
    backtest.ece_high as ece_high,
    backtest.rmse_days as rmse_days,
    backtest.rmse_days_low as rmse_days_low,
    backtest.rmse_days_high as rmse_days_high,
    backtest.top_fifth as top_fifth,
    backtest.top_fifth_low as top_fifth_low,
    backtest.top_fifth_high as top_fifth_high,
    backtest.top_fifth_by_amount as top_fifth_by_amount,
    backtest.top_fifth_best as top_fifth_best
from score.backtest as backtest

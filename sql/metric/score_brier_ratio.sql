-- Mean squared error of the probabilities of being late that were given in the last months.
-- grain:  one row per forecast: model, model_at_once, prior_rate
-- source: mart.score_backtest
-- unit:   ratio
select backtest.forecast as forecast, backtest.brier as value
from mart.score_backtest as backtest
where backtest.month = 0
order by backtest.forecast

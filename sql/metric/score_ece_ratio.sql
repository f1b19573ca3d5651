-- Distance between the probabilities of being late given in the last months and how often it came so.
-- grain:  one row per forecast: model, model_at_once, prior_rate
-- source: mart.score_backtest
-- unit:   ratio
select backtest.forecast as forecast, backtest.ece as value
from mart.score_backtest as backtest
where backtest.month = 0
order by backtest.forecast

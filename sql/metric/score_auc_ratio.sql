-- How well scores of the last months told late items from punctual ones: 1 always, 0.5 guessing.
-- grain:  one row per forecast: model, model_at_once (what is known when the item is issued), prior_rate (the customer's prior late rate)
-- source: mart.score_backtest
-- unit:   ratio
select backtest.forecast as forecast, backtest.auc as value
from mart.score_backtest as backtest
where backtest.month = 0
order by backtest.forecast

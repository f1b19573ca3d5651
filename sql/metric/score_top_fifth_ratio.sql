-- Share of all money-days late of the last months that lay in the fifth of the items with the highest priority.
-- grain:  one row per forecast: model, model_at_once, prior_rate, and by_amount and best_possible to hold them against
-- source: mart.score_backtest
-- unit:   ratio
select backtest.forecast as forecast, backtest.top_fifth as value
from mart.score_backtest as backtest
where backtest.month = 0
union all
select 'by_amount' as forecast, backtest.top_fifth_by_amount as value
from mart.score_backtest as backtest
where backtest.month = 0 and backtest.forecast = 'model'
union all
select 'best_possible' as forecast, backtest.top_fifth_best as value
from mart.score_backtest as backtest
where backtest.month = 0 and backtest.forecast = 'model'

-- What the scores of this run rest on: the model, the customers' prior late rate alone (naive) where the model has not beaten it, or
-- nothing (untrained) where fewer than 100 items are settled, or fewer than 10 of them late or in time.
-- grain:  one row
-- source: raw.run_param, score.card
-- unit:   examples in items; base_points is the score of an item of which everything is as usual
select
    param.as_of as as_of,
    card.kind as kind,
    card.examples as examples,
    card.points as base_points,
    card.ridge_days as ridge_days,
    card.ridge_odds as ridge_odds
from score.card as card
cross join raw.run_param as param

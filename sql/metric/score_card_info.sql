-- What the scores rest on: the model, the customers' prior late rate alone (naive), or nothing yet (untrained).
-- grain:  one row
-- source: mart.score_card
-- unit:   always 1
select card.kind as kind, 1 as value
from mart.score_card as card

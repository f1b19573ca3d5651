-- Tenths of the items tested, by rising probability: what was said and what came.
-- grain:  one row per decile; 1 has the lowest probabilities
-- source: score.decile
-- unit:   shares from 0 to 1; money_days_share of all money-days late
select
    decile.decile as decile,
    decile.items as items,
    decile.probability as probability,
    decile.late_share as late_share,
    decile.money_days_share as money_days_share
from score.decile as decile

-- What was foretold and what came, by tenths of the items tested.
-- grain:   one row per decile of rising probability
-- source:  mart.score_decile
-- unit:    shares
select
    decile.decile as decile,
    decile.items as items,
    decile.probability as probability,
    decile.late_share as late_share,
    decile.money_days_share as money_days_share
from mart.score_decile as decile
order by decile.decile

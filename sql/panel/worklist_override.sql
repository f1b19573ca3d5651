-- How often people overruled the list in half a year, and what came of it.
-- grain:   one row per collector and kind
-- source:  mart.override_kind
-- unit:    reporting currency; percent
select
    override.collector as collector,
    override.kind as kind,
    override.overrides as overrides,
    override.customers as customers,
    override.in_force as in_force,
    override.past_due_amount as past_due_amount,
    override.settled_amount as settled_amount,
    override.settled_percent as settled_percent,
    override.others_percent as others_percent
from mart.override_kind as override
order by override.collector, override.kind

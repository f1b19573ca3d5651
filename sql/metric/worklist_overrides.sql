-- Pins, snoozes, skips and holds of the last half year.
-- grain:  one row per kind
-- source: mart.override_kind
-- unit:   overrides
select override.kind as kind, sum(override.overrides) as value
from mart.override_kind as override
group by override.kind
order by override.kind

-- Faults that each check found in the marts that are served.
-- grain:  one row per check
-- source: mart.check
-- unit:   rows
select result.name as "check", result.severity as severity, result.faults as value
from mart.check as result
order by result.faults desc, result.name

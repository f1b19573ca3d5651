-- Every check of the run with the number of its faults.
-- grain:  one row per check
-- source: mart.check
-- unit:   faults
select name, title, severity, faults, sample
from mart.check
order by name

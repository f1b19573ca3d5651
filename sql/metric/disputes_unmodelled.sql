-- Open disputes that fit no path of the process: nothing tests them and no rule routes them by their reason.
-- grain:  one row, also when there are none
-- source: mart.dispute_verdict
-- unit:   disputes
select coalesce(sum(case when verdict.open and not verdict.modelled then 1 else 0 end), 0) as value
from mart.dispute_verdict as verdict

-- Why DSO is not what it was at the month end before and at the one a year before.
-- grain:   one row per from_month, dimension, member and step
-- formula: from_dso + the days of all steps = to_dso
-- source:  mart.dso_bridge
-- unit:    days
select from_month, dimension, member, step, days, from_dso, to_dso
from mart.dso_bridge
order by from_month, dimension, member, step_order

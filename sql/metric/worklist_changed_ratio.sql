-- Share of the first fifty of all lists that stood elsewhere on the day before; nothing where there is no day before.
-- grain:  one row, or none
-- source: mart.worklist_turnover
-- unit:   ratio
select cast(sum(turnover.changed) * 1e0 / nullif(sum(turnover.listed), 0) as double precision) as value
from mart.worklist_turnover as turnover
having sum(turnover.listed) > 0

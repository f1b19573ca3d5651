-- The day the books are read, as the midnight (UTC) it begins with; the figures are facts as of this day.
-- grain:  one row
-- source: mart.run
-- unit:   seconds since 1970-01-01
select run.as_of as value
from mart.run as run

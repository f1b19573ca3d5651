-- When the marts that are served were computed.
-- grain:  one row
-- source: mart.run
-- unit:   seconds since 1970-01-01
select run.finished_at as value
from mart.run as run

-- When a file of the source was last landed; a source that never delivered has no series.
-- grain:  one row per source
-- source: mart.source
-- unit:   seconds since 1970-01-01
select source.source as source, source.last_landed_at as value
from mart.source as source
order by source.source

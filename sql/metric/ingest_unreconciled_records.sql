-- Records counted in files that neither landed nor were rejected nor are declared no data; always 0.
-- grain:  one row per source
-- source: mart.source
-- unit:   records
select source.source as source, source.unreconciled as value
from mart.source as source
order by source.source

-- Every figure of the catalogue on the day the books are read.
-- grain:  one row per kpi, dimension, member and bucket
-- source: mart.kpi
-- unit:   as the column unit says; amounts in the currency of the row
select kpi, currency, dimension, member, bucket, value, unit
from mart.kpi
order by kpi, dimension, member, bucket

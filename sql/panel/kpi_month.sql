-- The same figures at each month end, for trends, changes and comparisons.
-- grain:  one row per kpi, month, dimension, member and bucket
-- source: mart.kpi_month
-- unit:   as the column unit says; amounts in the currency of the row
select kpi, month, month_end, currency, dimension, member, bucket, value, unit
from mart.kpi_month
order by kpi, dimension, member, bucket, month

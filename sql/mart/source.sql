-- What each source has delivered so far.
-- grain:  one row per source
-- source: raw.batch
-- unit:   records of files
select
    batch.source as source,
    count(*) as files,
    sum(case when batch.failed <> '' then 1 else 0 end) as failed_files,
    cast(sum(batch.records) as bigint) as records,
    cast(sum(batch.landed) as bigint) as landed,
    cast(sum(batch.rejected) as bigint) as rejected,
    cast(sum(batch.non_data) as bigint) as non_data,
    max(batch.landed_at) as last_landed_at
from raw.batch as batch
group by batch.source

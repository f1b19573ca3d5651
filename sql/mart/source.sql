-- What each source has delivered so far. A refused file delivers nothing.
-- grain:  one row per source
-- source: raw.batch
-- unit:   records of files
select
    batch.source as source,
    count(*) as files,
    cast(sum(case when batch.failed <> '' then 1 else 0 end) as bigint) as failed_files,
    cast(sum(batch.records) as bigint) as records,
    cast(sum(batch.landed) as bigint) as landed,
    cast(sum(batch.rejected) as bigint) as rejected,
    cast(sum(batch.non_data) as bigint) as non_data,
    max(case when batch.failed = '' then batch.landed_at end) as last_landed_at
from raw.batch as batch
group by batch.source

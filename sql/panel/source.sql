-- What each source delivered, what was refused, and how fresh it is.
-- grain:   one row per source
-- formula: records = landed + rejected + non_data
-- source:  mart.source
-- unit:    files and records
select source, files, failed_files, records, landed, rejected, non_data, last_landed_at, newest_event_on
from mart.source
order by source

-- No key comes twice within one file of applications; the later line is the one that counts.
-- severity: warn
-- source:   raw.applications
select received.application_id as application_id, received._batch as batch, count(*) as times, max(received._line) as last_line
from raw.applications as received
group by received.application_id, received._batch
having count(*) > 1

-- No key comes twice within one file of applications; the later line is the one that counts.
-- Of a key that does, all lines but the last are superseded: no other key needs to be counted.
-- severity: warn
-- source:   raw.applications, raw.superseded
with
repeated as (
    select received.application_id as application_id
    from raw.superseded as superseded
    join raw.applications as received
        on received._batch = superseded.batch
        and received._line = superseded.line
    where superseded.dataset = 'applications'
    group by received.application_id
)
select received.application_id as application_id, received._batch as batch, count(*) as times, max(received._line) as last_line
from raw.applications as received
join repeated
    on repeated.application_id = received.application_id
group by received.application_id, received._batch
having count(*) > 1

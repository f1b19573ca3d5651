-- No key comes twice within one file of credits; the later line is the one that counts.
-- Of a key that does, all lines but the last are superseded: no other key needs to be counted.
-- severity: warn
-- source:   raw.credits, raw.superseded
with
repeated as (
    select received.credit_id as credit_id
    from raw.superseded as superseded
    join raw.credits as received
        on received._batch = superseded.batch
        and received._line = superseded.line
    where superseded.dataset = 'credits'
    group by received.credit_id
)
select received.credit_id as credit_id, received._batch as batch, count(*) as times, max(received._line) as last_line
from raw.credits as received
join repeated
    on repeated.credit_id = received.credit_id
group by received.credit_id, received._batch
having count(*) > 1

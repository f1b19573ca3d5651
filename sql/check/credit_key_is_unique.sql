-- No key comes twice within one file of credits; the later line is the one that counts.
-- severity: warn
-- source:   raw.credits
select received.credit_id as credit_id, received._batch as batch, count(*) as times, max(received._line) as last_line
from raw.credits as received
group by received.credit_id, received._batch
having count(*) > 1

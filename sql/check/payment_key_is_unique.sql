-- No key comes twice within one file of payments; the later line is the one that counts.
-- severity: warn
-- source:   raw.payments
select received.payment_id as payment_id, received._batch as batch, count(*) as times, max(received._line) as last_line
from raw.payments as received
group by received.payment_id, received._batch
having count(*) > 1

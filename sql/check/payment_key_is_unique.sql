-- No key comes twice within one file of payments; the later line is the one that counts.
-- Of a key that does, all lines but the last are superseded: no other key needs to be counted.
-- severity: warn
-- source:   raw.payments, raw.superseded
with
repeated as (
    select received.payment_id as payment_id
    from raw.superseded as superseded
    join raw.payments as received
        on received._batch = superseded.batch
        and received._line = superseded.line
    where superseded.dataset = 'payments'
    group by received.payment_id
)
select received.payment_id as payment_id, received._batch as batch, count(*) as times, max(received._line) as last_line
from raw.payments as received
join repeated
    on repeated.payment_id = received.payment_id
group by received.payment_id, received._batch
having count(*) > 1

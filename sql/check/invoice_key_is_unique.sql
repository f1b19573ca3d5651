-- No key comes twice within one file of invoices; the later line is the one that counts.
-- Of a key that does, all lines but the last are superseded: no other key needs to be counted.
-- severity: warn
-- source:   raw.invoices, raw.superseded
with
repeated as (
    select received.invoice_id as invoice_id
    from raw.superseded as superseded
    join raw.invoices as received
        on received._batch = superseded.batch
        and received._line = superseded.line
    where superseded.dataset = 'invoices'
    group by received.invoice_id
)
select received.invoice_id as invoice_id, received._batch as batch, count(*) as times, max(received._line) as last_line
from raw.invoices as received
join repeated
    on repeated.invoice_id = received.invoice_id
group by received.invoice_id, received._batch
having count(*) > 1

-- No key comes twice within one file of invoices; the later line is the one that counts.
-- severity: warn
-- source:   raw.invoices
select received.invoice_id as invoice_id, received._batch as batch, count(*) as times, max(received._line) as last_line
from raw.invoices as received
group by received.invoice_id, received._batch
having count(*) > 1

-- Invoices that their system marks as disputed, without a case.
-- grain:  one row per invoice_id
-- source: raw.dispute_flags
select
    received.invoice_id as invoice_id,
    min(received.reason) as reason
from raw.dispute_flags as received
group by received.invoice_id

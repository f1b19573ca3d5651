-- Invoices that fall due in parts.
-- grain:  one row per invoice_id
-- part:   invoice_id
-- source: stg.instalment
select
    instalment.invoice_id as invoice_id,
    count(*) as instalments
from stg.instalment as instalment
group by instalment.invoice_id

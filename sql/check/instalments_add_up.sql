-- The instalments of an invoice add up to it. Where they do not, the last one carries the difference.
-- severity: warn
-- source:   core.instalment
select
    instalment.invoice_id as invoice_id,
    instalment.stated_amount as stated_amount,
    instalment.amount as amount
from core.instalment as instalment
where instalment.is_last
    and instalment.amount <> instalment.stated_amount

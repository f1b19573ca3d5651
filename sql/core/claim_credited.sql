-- Credit memos that were given for a disputed invoice by the day the dispute is judged by.
-- grain:  one row per dispute_id with a credit memo
-- source: core.claim, stg.credit
-- unit:   document currency
select
    claim.dispute_id as dispute_id,
    min(credit.credit_id) as credit_id,
    cast(least(sum(credit.amount), 999999999999999) as decimal(18, 3)) as amount
from core.claim as claim
join stg.credit as credit
    on credit.customer_id = claim.customer_id
    and credit.invoice_id = claim.invoice_id
    and credit.currency = claim.currency
where credit.issued_day <= claim.judged_day
group by claim.dispute_id

-- Money of the customer that fits a dispute: a receipt not yet applied over what is claimed, what is open or the whole invoice.
-- grain:  one row per dispute_id with such a receipt
-- source: core.claim, core.credit_span
-- unit:   document currency
select
    claim.dispute_id as dispute_id,
    min(span.source_id) as source_id,
    cast(max(span.open_amount) as decimal(18, 3)) as amount
from core.claim as claim
join core.credit_span as span
    on span.customer_id = claim.customer_id
    and span.currency = claim.currency
    and span.kind = 'payment'
    and span.from_day <= claim.judged_day
    and claim.judged_day < span.to_day
where span.open_amount = claim.amount
    or span.open_amount = claim.open_amount
    or span.open_amount = claim.invoice_amount
group by claim.dispute_id

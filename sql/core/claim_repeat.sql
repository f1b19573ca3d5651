-- Disputes that say again what an earlier one about the same invoice says or said.
-- grain:  one row per dispute_id that repeats another
-- source: core.claim
select
    own.dispute_id as dispute_id,
    min(earlier.dispute_id) as earlier_id
from core.claim as own
join core.claim as earlier
    on earlier.customer_id = own.customer_id
    and earlier.invoice_id = own.invoice_id
    and coalesce(earlier.reason, '') = coalesce(own.reason, '')
    and earlier.dispute_id <> own.dispute_id
where earlier.opened_second <= own.opened_second
    and (earlier.opened_second < own.opened_second or earlier.dispute_id < own.dispute_id)
    and (earlier.resolved_day >= own.opened_day or earlier.outcome = 'invalid')
group by own.dispute_id

-- The disputes of each customer.
-- grain:   one row per dispute_id; place counts the open ones first, then the newest
-- source:  mart.dispute
-- unit:    document currency; calendar days
select
    dispute.customer_id as customer_id,
    row_number() over (
        partition by dispute.customer_id
        order by case when dispute.open then 0 else 1 end, dispute.opened_at desc, dispute.dispute_id
    ) as place,
    dispute.dispute_id as dispute_id,
    dispute.invoice_id as invoice_id,
    dispute.reason as reason,
    dispute.outcome as outcome,
    dispute.opened_at as opened_at,
    dispute.resolved_at as resolved_at,
    dispute.open as open,
    dispute.age_days as age_days,
    dispute.currency as currency,
    dispute.amount as amount
from mart.dispute as dispute
order by dispute.customer_id, place

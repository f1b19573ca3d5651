-- The payments behind each customer's behaviour index, latest first.
-- grain:  one row per payment of an invoice or instalment in the last 24 months
-- source: core.behaviour_payment, raw.day
select
    payment.customer_id as customer_id,
    payment.invoice_id as invoice_id,
    payment.number as number,
    due.on_date as due_on,
    paid.on_date as paid_on,
    payment.days_late as days_late,
    payment.reporting_amount as reporting_amount,
    cast(payment.index_84 / 84e0 as decimal(9, 4)) as paydex_like
from core.behaviour_payment as payment
join raw.day as paid
    on paid.day = payment.paid_day
left join raw.day as due
    on due.day = payment.due_day
order by payment.paid_day desc, payment.customer_id, payment.invoice_id, payment.number, payment.reduction_id

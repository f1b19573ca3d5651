-- How each customer has paid in the last 24 months: the PAYDEX-like index and what it rests on.
-- As with D&B's index, nothing is said of a customer of whom fewer than three invoices were paid.
-- grain:   one row per customer_id with a payment in the last 24 months
-- formula: index and days beyond terms are weighted by what was paid; the index is NULL for fewer than three paid invoices
-- source:  core.behaviour_payment, raw.day
-- unit:    index from 20 to 100, 80 is prompt; signed days; percent of money; reporting currency at the invoices' rates
with
paid as (
    select
        payment.customer_id as customer_id,
        payment.invoice_id as invoice_id,
        count(*) as payments,
        sum(payment.reporting_amount) as amount,
        sum(payment.reporting_amount * payment.index_84) as index_amount,
        sum(payment.reporting_amount * payment.days_late) as days_amount,
        sum(case when payment.days_late <= 0 then payment.reporting_amount else 0 end) as on_time_amount,
        max(payment.paid_day) as last_paid_day,
        max(payment.days_late) as most_days_late
    from core.behaviour_payment as payment
    group by payment.customer_id, payment.invoice_id
),
summed as (
    select
        paid.customer_id as customer_id,
        count(*) as paid_invoices,
        sum(paid.payments) as payments,
        sum(paid.amount) as amount,
        sum(paid.index_amount) as index_amount,
        sum(paid.days_amount) as days_amount,
        sum(paid.on_time_amount) as on_time_amount,
        max(paid.last_paid_day) as last_paid_day,
        max(paid.most_days_late) as most_days_late
    from paid
    group by paid.customer_id
)
select
    summed.customer_id as customer_id,
    summed.paid_invoices as paid_invoices,
    cast(summed.payments as bigint) as payments,
    cast(summed.amount as decimal(38, 12)) as paid_amount,
    cast(case
        when summed.paid_invoices >= 3 then summed.index_amount * 1e0 / nullif(summed.amount * 84, 0)
    end as decimal(9, 4)) as paydex_like,
    cast(summed.days_amount * 1e0 / nullif(summed.amount, 0) as decimal(18, 4)) as days_beyond_terms,
    cast(summed.on_time_amount * 1e2 / nullif(summed.amount, 0) as decimal(9, 4)) as on_time_percent,
    summed.most_days_late as most_days_late,
    last_paid.on_date as last_paid_on
from summed
join raw.day as last_paid
    on last_paid.day = summed.last_paid_day

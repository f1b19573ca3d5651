-- How each customer has paid in the last 24 months: the PAYDEX-like index and what it rests on.
-- As with D&B's index, nothing is said of a customer of whom fewer than three invoices were paid. explain/behaviour_payment.sql lists the
-- payments behind it.
-- grain:   one row per customer_id with a payment in the last 24 months
-- formula: 100 at 30 days early, 90 at 20, 80 prompt, 70 at 15 days late, 60 at 22, 50 at 30, 40 at 60, 30 at 90, 20 at 120 and later,
--          linear between them; index and days beyond terms are weighted by what was paid; NULL for fewer than three paid invoices
-- source:  raw.day, raw.run_param, stg.settlement
-- unit:    index from 20 to 100; signed days; percent of money; reporting currency at the invoices' rates
with
received as (
    select
        settlement.customer_id as customer_id,
        settlement.paid_day as paid_day,
        settlement.paid_day - settlement.due_day as days_late,
        cast(settlement.amount * settlement.rate as decimal(38, 12)) as reporting_amount
    from stg.settlement as settlement
    join raw.run_param as param
        on settlement.from_day <= param.as_of_day
        and param.as_of_day < settlement.until_day
        and settlement.paid_month > param.as_of_month - 24
    where settlement.kind = 'payment'
),
payment as (
    select
        received.customer_id as customer_id,
        received.paid_day as paid_day,
        received.days_late as days_late,
        received.reporting_amount as reporting_amount,
        cast(case
            when received.days_late <= -30 then 8400
            when received.days_late <= -20 then 7560 - (received.days_late + 20) * 84
            when received.days_late <= 0 then 6720 - received.days_late * 42
            when received.days_late <= 15 then 6720 - received.days_late * 56
            when received.days_late <= 22 then 5880 - (received.days_late - 15) * 120
            when received.days_late <= 30 then 5040 - (received.days_late - 22) * 105
            when received.days_late <= 120 then 4200 - (received.days_late - 30) * 28
            when received.days_late > 120 then 1680
        end as bigint) as index_84
    from received
),
paid as (
    select
        settlement.customer_id as customer_id,
        settlement.invoice_id as invoice_id
    from stg.settlement as settlement
    join raw.run_param as param
        on settlement.from_day <= param.as_of_day
        and param.as_of_day < settlement.until_day
        and settlement.paid_month > param.as_of_month - 24
    where settlement.kind = 'payment'
    group by settlement.customer_id, settlement.invoice_id
),
counted as (
    select
        paid.customer_id as customer_id,
        count(*) as paid_invoices
    from paid
    group by paid.customer_id
),
summed as (
    select
        payment.customer_id as customer_id,
        count(*) as payments,
        sum(payment.reporting_amount) as amount,
        sum(payment.reporting_amount * payment.index_84) as index_amount,
        sum(payment.reporting_amount * payment.days_late) as days_amount,
        sum(case when payment.days_late <= 0 then payment.reporting_amount else 0 end) as on_time_amount,
        max(payment.paid_day) as last_paid_day,
        max(payment.days_late) as most_days_late
    from payment
    group by payment.customer_id
)
select
    summed.customer_id as customer_id,
    counted.paid_invoices as paid_invoices,
    summed.payments as payments,
    cast(summed.amount as decimal(38, 12)) as paid_amount,
    cast(case
        when counted.paid_invoices >= 3 then summed.index_amount * 1e0 / nullif(summed.amount * 84, 0)
    end as decimal(18, 9)) as paydex_like,
    cast(summed.days_amount * 1e0 / nullif(summed.amount, 0) as decimal(18, 9)) as days_beyond_terms,
    cast(summed.on_time_amount * 1e2 / nullif(summed.amount, 0) as decimal(18, 9)) as on_time_percent,
    summed.most_days_late as most_days_late,
    last_paid.on_date as last_paid_on
from summed
join counted
    on counted.customer_id = summed.customer_id
join raw.day as last_paid
    on last_paid.day = summed.last_paid_day

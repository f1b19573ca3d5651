-- Open items on the day the books are read.
-- grain:   one row per invoice_id and number (instalment)
-- formula: days_past_due = as_of_day - due_day; due today is current; 30 days past due is 1-30; age_bucket counts from the invoice date
-- source:  core.closing_rate, core.open_span, core.period, raw.day
-- unit:    document currency; reporting currency at the closing rate, else at the invoice's own
select
    span.invoice_id as invoice_id,
    span.number as number,
    span.customer_id as customer_id,
    span.entity as entity,
    issued.on_date as issued_on,
    due.on_date as due_on,
    cast(period.end_day - span.due_day as bigint) as days_past_due,
    case
        when period.end_day - span.due_day <= 0 then 'current'
        when period.end_day - span.due_day <= 30 then '1-30'
        when period.end_day - span.due_day <= 60 then '31-60'
        when period.end_day - span.due_day <= 90 then '61-90'
        when period.end_day - span.due_day > 90 then '91+'
    end as bucket,
    span.currency as currency,
    span.open_amount as open_amount,
    cast(span.open_amount * coalesce(closing.rate, span.rate) as decimal(38, 12)) as reporting_amount,
    span.kind as kind,
    span.due_assumed as due_assumed,
    case
        when period.end_day - span.issued_day <= 30 then '0-30'
        when period.end_day - span.issued_day <= 60 then '31-60'
        when period.end_day - span.issued_day <= 90 then '61-90'
        when period.end_day - span.issued_day > 90 then '91+'
    end as age_bucket
from core.open_span as span
join core.period as period
    on span.from_day <= period.end_day
    and period.end_day < span.to_day
join raw.day as issued
    on issued.day = span.issued_day
left join raw.day as due
    on due.day = span.due_day
left join core.closing_rate as closing
    on closing.month = period.month
    and closing.currency = span.currency
where period.is_as_of
    and span.open_amount > 0

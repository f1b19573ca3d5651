-- What customers have in credit on the day the books are read: unapplied receipts and credit memos, negative invoices.
-- grain:  one row per kind and source_id (payment_id, credit_id or invoice_id)
-- source: core.closing_rate, core.credit_span, core.open_span, core.period, raw.day
-- unit:   document currency; reporting currency at the closing rate, else at the document's own
with
credit as (
    select
        span.source_id as source_id,
        span.kind as kind,
        span.customer_id as customer_id,
        span.entity as entity,
        span.dated_day as dated_day,
        span.currency as currency,
        span.rate as rate,
        period.month as month,
        span.open_amount as open_amount
    from core.credit_span as span
    join core.period as period
        on span.from_day <= period.end_day
        and period.end_day < span.to_day
    where period.is_as_of
    union all
    select
        span.invoice_id as source_id,
        'invoice' as kind,
        span.customer_id as customer_id,
        span.entity as entity,
        span.issued_day as dated_day,
        span.currency as currency,
        span.rate as rate,
        period.month as month,
        -span.open_amount as open_amount
    from core.open_span as span
    join core.period as period
        on span.from_day <= period.end_day
        and period.end_day < span.to_day
    where period.is_as_of
        and span.open_amount < 0
)
select
    credit.source_id as source_id,
    credit.kind as kind,
    credit.customer_id as customer_id,
    credit.entity as entity,
    dated.on_date as dated_on,
    credit.currency as currency,
    cast(credit.open_amount as decimal(18, 3)) as open_amount,
    cast(credit.open_amount * coalesce(closing.rate, credit.rate) as decimal(38, 12)) as reporting_amount
from credit
join raw.day as dated
    on dated.day = credit.dated_day
left join core.closing_rate as closing
    on closing.month = credit.month
    and closing.currency = credit.currency

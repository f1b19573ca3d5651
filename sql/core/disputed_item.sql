-- Open receivables under dispute at the end of every period: the disputed amount, at most what is open of the invoice.
-- grain:  one row per month and invoice_id with an open dispute
-- source: core.closing_rate, core.dispute_at, core.open_span, core.period
-- unit:   document currency; reporting currency at the closing rate, else at the invoice's own
with
claimed as (
    select
        dispute.month as month,
        dispute.invoice_id as invoice_id,
        min(dispute.member) as member,
        sum(dispute.amount) as amount
    from core.dispute_at as dispute
    where dispute.is_open
    group by dispute.month, dispute.invoice_id
),
residual as (
    select
        claimed.month as month,
        claimed.invoice_id as invoice_id,
        span.entity as entity,
        span.currency as currency,
        claimed.member as member,
        span.rate as rate,
        claimed.amount as claimed_amount,
        sum(span.open_amount) as open_amount
    from claimed
    join core.period as period
        on period.month = claimed.month
    join core.open_span as span
        on span.invoice_id = claimed.invoice_id
        and span.from_day <= period.end_day
        and period.end_day < span.to_day
        and span.open_amount > 0
    group by
        claimed.month,
        claimed.invoice_id,
        span.entity,
        span.currency,
        claimed.member,
        span.rate,
        claimed.amount
)
select
    residual.month as month,
    residual.invoice_id as invoice_id,
    residual.entity as entity,
    residual.currency as currency,
    residual.member as member,
    cast(least(residual.claimed_amount, residual.open_amount) as decimal(18, 3)) as open_amount,
    cast(
        least(residual.claimed_amount, residual.open_amount) * coalesce(closing.rate, residual.rate)
        as decimal(38, 12)
    ) as reporting_amount
from residual
left join core.closing_rate as closing
    on closing.month = residual.month
    and closing.currency = residual.currency

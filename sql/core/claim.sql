-- Disputes known on the day the books are read, with what was open of their invoice on the day they are judged by: today while they
-- are open, the day they were opened once they are closed.
-- grain:  one row per dispute_id
-- source: core.dispute, core.invoice, core.open_span, core.period
-- unit:   document currency of the invoice; amount is what is claimed
with
judged as (
    select
        dispute.dispute_id as dispute_id,
        dispute.invoice_id as invoice_id,
        dispute.customer_id as customer_id,
        dispute.reason as reason,
        dispute.amount as amount,
        dispute.opened_day as opened_day,
        dispute.opened_second as opened_second,
        dispute.resolved_day as resolved_day,
        dispute.outcome as outcome,
        period.end_day < dispute.resolved_day as is_open,
        case when period.end_day < dispute.resolved_day then period.end_day else dispute.opened_day end as judged_day
    from core.dispute as dispute
    join core.period as period
        on period.is_as_of
        and dispute.opened_day <= period.end_day
),
residual as (
    select
        judged.dispute_id as dispute_id,
        sum(span.open_amount) as open_amount
    from judged
    join core.open_span as span
        on span.invoice_id = judged.invoice_id
        and span.from_day <= judged.judged_day
        and judged.judged_day < span.to_day
        and span.open_amount > 0
    group by judged.dispute_id
)
select
    judged.dispute_id as dispute_id,
    judged.invoice_id as invoice_id,
    judged.customer_id as customer_id,
    judged.reason as reason,
    judged.amount as amount,
    judged.opened_day as opened_day,
    judged.opened_second as opened_second,
    judged.resolved_day as resolved_day,
    judged.outcome as outcome,
    judged.is_open as is_open,
    judged.judged_day as judged_day,
    invoice.customer_id as owner_id,
    invoice.currency as currency,
    invoice.amount as invoice_amount,
    invoice.issued_day as issued_day,
    invoice.void_day as void_day,
    cast(coalesce(residual.open_amount, 0) as decimal(18, 3)) as open_amount
from judged
left join core.invoice as invoice
    on invoice.invoice_id = judged.invoice_id
left join residual
    on residual.dispute_id = judged.dispute_id

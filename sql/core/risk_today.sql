-- What is known of a customer at the end of as_of, where anything is open: the same sums as core.risk_running, of the books as they
-- stand rather than of events in their order.
-- grain:   one row per customer_id with an open item
-- source:  core.dispute, core.invoice, core.open_span, core.promise_kept, core.reduction, raw.month, raw.run_param, raw.setting,
--          stg.dispute_flag, stg.settlement
-- unit:    reporting currency at the invoices' rates; last_code is day x 1000 + days late + 500 of the latest payment
with
owing as (
    select
        span.customer_id as customer_id,
        count(*) as open_items,
        sum(cast(span.open_amount * span.rate as decimal(38, 12))) as open_amount,
        sum(case when span.due_day < param.as_of_day then 1 else 0 end) as overdue_items,
        sum(case when span.due_day < param.as_of_day then cast(span.open_amount * span.rate as decimal(38, 12)) else 0 end) as overdue_amount
    from core.open_span as span
    join raw.run_param as param
        on span.from_day <= param.as_of_day
        and param.as_of_day < span.to_day
    where span.open_amount > 0
    group by span.customer_id
),
known as (
    select
        payment.customer_id as customer_id,
        payment.paid_day as paid_day,
        payment.paid_month as paid_month,
        payment.from_day as from_day,
        least(greatest(payment.paid_day - payment.due_day, -30), 120) as days_late,
        param.as_of_day < payment.until_day as stands,
        param.as_of_day < payment.until_day and param.as_of_day < payment.from_day + 90 as is_recent
    from stg.settlement as payment
    join raw.run_param as param
        on payment.from_day <= param.as_of_day
    where payment.kind = 'payment'
),
paying as (
    select
        known.customer_id as customer_id,
        sum(case when known.stands then 1 else 0 end) as paid,
        sum(case when known.stands and known.days_late > 0 then 1 else 0 end) as late,
        sum(case when known.stands then known.days_late else 0 end) as days,
        sum(case when known.stands and month.last_day - known.paid_day < 5 then 1 else 0 end) as at_month_end,
        sum(case when known.is_recent then 1 else 0 end) as recent_paid,
        sum(case when known.is_recent and known.days_late > 0 then 1 else 0 end) as recent_late,
        sum(case when known.is_recent then known.days_late else 0 end) as recent_days,
        max(known.from_day * 1000 + known.days_late + 500) as last_code
    from known
    join raw.month as month
        on month.month = known.paid_month
    group by known.customer_id
),
raised as (
    select dispute.customer_id as customer_id, dispute.dispute_id as id
    from core.dispute as dispute
    join raw.run_param as param
        on dispute.opened_day <= param.as_of_day
    where not dispute.orphan
    union all
    select payment.customer_id as customer_id, flag.invoice_id as id
    from stg.dispute_flag as flag
    join stg.settlement as payment
        on payment.invoice_id = flag.invoice_id
        and payment.kind = 'payment'
    join raw.run_param as param
        on payment.from_day <= param.as_of_day
    group by payment.customer_id, flag.invoice_id
),
disputing as (
    select raised.customer_id as customer_id, count(*) as disputed
    from raised
    group by raised.customer_id
),
shorting as (
    select reduction.customer_id as customer_id, count(*) as short
    from core.reduction as reduction
    join raw.run_param as param
        on reduction.from_day <= param.as_of_day
    where reduction.kind = 'minor'
        and reduction.fault is null
    group by reduction.customer_id
),
breaking as (
    select promise.customer_id as customer_id, count(*) as broken
    from core.promise_kept as promise
    cross join raw.setting as setting
    join raw.run_param as param
        on promise.last_day < param.as_of_day
        and param.as_of_day < promise.last_day + 366
    where promise.received < promise.amount * setting.promise_share
    group by promise.customer_id
),
billing as (
    select
        invoice.customer_id as customer_id,
        count(*) as issued,
        sum(cast(invoice.amount * invoice.rate as decimal(38, 12))) as issued_amount,
        min(invoice.issued_day) as first_day
    from core.invoice as invoice
    join raw.run_param as param
        on invoice.issued_day <= param.as_of_day
    where invoice.amount > 0
    group by invoice.customer_id
)
select
    owing.customer_id as customer_id,
    param.as_of_day as known_day,
    cast(coalesce(paying.paid, 0) as bigint) as paid,
    cast(coalesce(paying.late, 0) as bigint) as late,
    cast(coalesce(paying.days, 0) as bigint) as days,
    cast(coalesce(paying.at_month_end, 0) as bigint) as at_month_end,
    cast(coalesce(paying.recent_paid, 0) as bigint) as recent_paid,
    cast(coalesce(paying.recent_late, 0) as bigint) as recent_late,
    cast(coalesce(paying.recent_days, 0) as bigint) as recent_days,
    cast(paying.last_code as bigint) as last_code,
    cast(coalesce(disputing.disputed, 0) as bigint) as disputed,
    cast(coalesce(shorting.short, 0) as bigint) as short,
    cast(coalesce(breaking.broken, 0) as bigint) as broken,
    cast(owing.open_items as bigint) as open_items,
    cast(owing.open_amount as decimal(38, 12)) as open_amount,
    cast(owing.overdue_items as bigint) as overdue_items,
    cast(owing.overdue_amount as decimal(38, 12)) as overdue_amount,
    cast(coalesce(billing.issued, 0) as bigint) as issued,
    cast(coalesce(billing.issued_amount, 0) as decimal(38, 12)) as issued_amount,
    cast(billing.first_day as bigint) as first_day
from owing
cross join raw.run_param as param
left join paying
    on paying.customer_id = owing.customer_id
left join disputing
    on disputing.customer_id = owing.customer_id
left join shorting
    on shorting.customer_id = owing.customer_id
left join breaking
    on breaking.customer_id = owing.customer_id
left join billing
    on billing.customer_id = owing.customer_id

-- What is known of a customer, in whole steps that points are given for: on the day an item of the history was issued, and at the end
-- of as_of. Both are worked out here, by the same text.
-- A customer of whom little is known is taken for its segment, and the segment for all, as if three payments had been seen of them:
-- three is what D&B asks for before it says anything of a company.
-- grain:   one row per invoice_id and number of core.risk_running; one per customer_id of core.risk_today ('' and 0)
-- formula: (own sum + 3 x the segment's mean) / (own number + 3); recent is the last 90 days, taken for the customer's whole history
-- source:  core.customer, core.risk_prior, core.risk_running, core.risk_today
-- unit:    percent and days in whole numbers; usual_amount in reporting currency
with
past as (
    select
        running.invoice_id as invoice_id, running.number as number, running.customer_id as customer_id, running.known_day as known_day,
        running.paid as paid, running.late as late, running.days as days, running.at_month_end as at_month_end,
        running.recent_paid as recent_paid, running.recent_late as recent_late, running.recent_days as recent_days,
        running.last_code as last_code, running.disputed as disputed, running.short as short, running.broken as broken,
        running.open_items as open_items, running.open_amount as open_amount, running.overdue_items as overdue_items,
        running.overdue_amount as overdue_amount, running.issued as issued, running.issued_amount as issued_amount,
        running.first_day as first_day
    from core.risk_running as running
    union all
    select
        '' as invoice_id, 0 as number, position.customer_id as customer_id, position.known_day as known_day,
        position.paid as paid, position.late as late, position.days as days, position.at_month_end as at_month_end,
        position.recent_paid as recent_paid, position.recent_late as recent_late, position.recent_days as recent_days,
        position.last_code as last_code, position.disputed as disputed, position.short as short, position.broken as broken,
        position.open_items as open_items, position.open_amount as open_amount, position.overdue_items as overdue_items,
        position.overdue_amount as overdue_amount, position.issued as issued, position.issued_amount as issued_amount,
        position.first_day as first_day
    from core.risk_today as position
),
shrunk as (
    select
        past.invoice_id as invoice_id, past.number as number, past.customer_id as customer_id, past.known_day as known_day,
        past.paid as paid, past.last_code as last_code, past.broken as broken, past.first_day as first_day,
        past.recent_paid as recent_paid, past.recent_late as recent_late, past.recent_days as recent_days,
        past.open_items as open_items, past.overdue_items as overdue_items,
        cast(past.overdue_amount * 1e0 / nullif(past.open_amount, 0) as double precision) as overdue_share,
        cast(past.open_amount * 1e0 / nullif(past.issued_amount, 0) as double precision) as open_share,
        cast(past.issued_amount * 1e0 / nullif(past.issued, 0) as double precision) as usual_amount,
        prior.mean_amount as mean_amount,
        cast((past.late + 3 * coalesce(prior.late_rate, 0.5e0)) / nullif(past.paid + 3e0, 0) as double precision) as late_rate,
        cast((past.days + 3 * coalesce(prior.mean_days, 0e0)) / nullif(past.paid + 3e0, 0) as double precision) as mean_days,
        cast((past.at_month_end + 3 * coalesce(prior.month_end_rate, 0.16e0)) / nullif(past.paid + 3e0, 0) as double precision) as month_end_rate,
        cast((past.disputed + 3 * coalesce(prior.disputed_rate, 0e0)) / nullif(past.paid + 3e0, 0) as double precision) as disputed_rate,
        cast((past.short + 3 * coalesce(prior.short_rate, 0e0)) / nullif(past.paid + 3e0, 0) as double precision) as short_rate
    from past
    join core.customer as customer
        on customer.customer_id = past.customer_id
    left join core.risk_prior as prior
        on prior.segment = customer.segment
        and prior.day = past.known_day
),
rated as (
    select
        shrunk.invoice_id as invoice_id, shrunk.number as number, shrunk.customer_id as customer_id, shrunk.known_day as known_day,
        shrunk.paid as paid, shrunk.last_code as last_code, shrunk.broken as broken, shrunk.first_day as first_day,
        shrunk.open_items as open_items, shrunk.overdue_items as overdue_items, shrunk.overdue_share as overdue_share,
        shrunk.open_share as open_share, shrunk.usual_amount as usual_amount, shrunk.mean_amount as mean_amount,
        shrunk.late_rate as late_rate, shrunk.mean_days as mean_days, shrunk.month_end_rate as month_end_rate,
        shrunk.disputed_rate as disputed_rate, shrunk.short_rate as short_rate,
        cast((shrunk.recent_late + 3 * shrunk.late_rate) / nullif(shrunk.recent_paid + 3e0, 0) as double precision) as recent_rate,
        cast((shrunk.recent_days + 3 * shrunk.mean_days) / nullif(shrunk.recent_paid + 3e0, 0) as double precision) as recent_mean,
        coalesce(cast(shrunk.known_day - shrunk.first_day + 1 as bigint), 0) as related_days
    from shrunk
)
select
    rated.invoice_id as invoice_id,
    cast(rated.number as bigint) as number,
    rated.customer_id as customer_id,
    cast(rated.known_day as bigint) as known_day,
    cast(rated.late_rate * 100 as bigint) as late_percent,
    cast(rated.recent_rate * 100 as bigint) as late_percent_recent,
    cast(rated.mean_days as bigint) as days_late,
    cast(rated.recent_mean as bigint) as days_late_recent,
    coalesce(rated.last_code % 1000 - 500, cast(rated.mean_days as bigint)) as days_late_last,
    least(rated.overdue_items, 20) as overdue_items,
    cast(coalesce(rated.overdue_share, 0) * 100 as bigint) as overdue_percent,
    least(rated.open_items, 100) as open_items,
    cast(least(coalesce(rated.open_share, 0) * rated.related_days, 365) as bigint) as open_days,
    cast(least(rated.disputed_rate * 100, 100) as bigint) as disputed_percent,
    cast(least(rated.short_rate * 100, 100) as bigint) as short_percent,
    least(rated.broken, 12) as broken_promises,
    least(rated.paid, 200) as paid_items,
    cast(cast(least(rated.related_days, 3650) / 30e0 as double precision) as bigint) as related_months,
    cast(rated.month_end_rate as double precision) as month_end_rate,
    cast(rated.usual_amount as double precision) as usual_amount,
    cast(rated.mean_amount as double precision) as mean_amount
from rated

-- How all customers, and those of a segment, had paid by the end of each day: what a customer with little history is taken for.
-- grain:   one row per segment and day from the first event to as_of
-- formula: a segment's figure weighs in with its payments against three of all customers' figure; all customers' late rate begins at a half
-- source:  core.risk_customer, core.risk_event, raw.day, raw.run_param
-- unit:    rates as shares; days late; mean invoice in reporting currency
with
happened as (
    select
        learnt.segment as segment,
        event.day as day,
        sum(case when event.kind = 'paid' then event.number else 0 end) as paid,
        sum(case when event.kind = 'paid' and event.days > 0 then event.number else 0 end) as late,
        sum(case when event.kind = 'paid' then event.number * event.days else 0 end) as days,
        sum(case when event.kind = 'paid' then event.number * event.amount else 0 end) as at_month_end,
        sum(case when event.kind = 'disputed' then event.number else 0 end) as disputed,
        sum(case when event.kind = 'short' then event.number else 0 end) as short,
        sum(case when event.kind = 'issued' then event.number else 0 end) as issued,
        sum(case when event.kind = 'issued' then event.amount else 0 end) as issued_amount
    from core.risk_event as event
    join core.risk_customer as learnt
        on learnt.customer_id = event.customer_id
    join raw.run_param as param
        on event.day <= param.as_of_day
    group by learnt.segment, event.day
),
begun as (
    select min(happened.day) as day
    from happened
),
named as (
    select learnt.segment as segment
    from core.risk_customer as learnt
    group by learnt.segment
),
daily as (
    select
        named.segment as segment,
        calendar.day as day,
        coalesce(happened.paid, 0) as paid,
        coalesce(happened.late, 0) as late,
        coalesce(happened.days, 0) as days,
        coalesce(happened.at_month_end, 0) as at_month_end,
        coalesce(happened.disputed, 0) as disputed,
        coalesce(happened.short, 0) as short,
        coalesce(happened.issued, 0) as issued,
        coalesce(happened.issued_amount, 0) as issued_amount
    from raw.day as calendar
    cross join raw.run_param as param
    join begun
        on calendar.day >= begun.day
        and calendar.day <= param.as_of_day
    cross join named
    left join happened
        on happened.segment = named.segment
        and happened.day = calendar.day
),
summed as (
    select
        daily.segment as segment,
        daily.day as day,
        sum(daily.paid) over own as paid,
        sum(daily.late) over own as late,
        sum(daily.days) over own as days,
        sum(daily.paid) over everyone as all_paid,
        sum(daily.late) over everyone as all_late,
        sum(daily.days) over everyone as all_days,
        sum(daily.at_month_end) over everyone as all_at_month_end,
        sum(daily.disputed) over everyone as all_disputed,
        sum(daily.short) over everyone as all_short,
        sum(daily.issued) over everyone as all_issued,
        sum(daily.issued_amount) over everyone as all_issued_amount
    from daily
    window
        own as (partition by daily.segment order by daily.day rows between unbounded preceding and current row),
        everyone as (order by daily.day range between unbounded preceding and current row)
),
pooled as (
    select
        summed.segment as segment,
        summed.day as day,
        summed.paid as paid,
        summed.late as late,
        summed.days as days,
        (summed.all_late + 0.5e0) / nullif(summed.all_paid + 1e0, 0) as all_rate,
        coalesce(summed.all_days * 1e0 / nullif(summed.all_paid, 0), 0) as all_mean,
        (summed.all_at_month_end + 0.5e0) / nullif(summed.all_paid + 3e0, 0) as month_end_rate,
        summed.all_disputed * 1e0 / nullif(summed.all_paid + 1e0, 0) as disputed_rate,
        summed.all_short * 1e0 / nullif(summed.all_paid + 1e0, 0) as short_rate,
        summed.all_issued_amount * 1e0 / nullif(summed.all_issued, 0) as mean_amount
    from summed
)
select
    pooled.segment as segment,
    pooled.day as day,
    cast((pooled.late + 3 * pooled.all_rate) / nullif(pooled.paid + 3e0, 0) as double precision) as late_rate,
    cast((pooled.days + 3 * pooled.all_mean) / nullif(pooled.paid + 3e0, 0) as double precision) as mean_days,
    cast(pooled.month_end_rate as double precision) as month_end_rate,
    cast(pooled.disputed_rate as double precision) as disputed_rate,
    cast(pooled.short_rate as double precision) as short_rate,
    cast(pooled.mean_amount as double precision) as mean_amount
from pooled

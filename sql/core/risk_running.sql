-- What was known of a customer at the beginning of the day on which an item of the history was issued.
-- Days of events and days of issue stand in one order for each customer, an issue before the events of its own day, and sums run over
-- what comes before: nothing that became known on that day or later can enter.
-- grain:   one row per invoice_id and number of core.risk_outcome
-- formula: broken promises count for a year after they were broken
-- source:  core.promise_kept, core.risk_customer, core.risk_event, core.risk_outcome, raw.run_param, raw.setting
-- unit:    reporting currency; last_code is day x 1000 + days late + 500 of the latest payment
with
known as (
    select
        event.customer_id as customer_id, event.day as day, event.kind as kind,
        event.number as number, event.days as days, event.amount as amount
    from core.risk_event as event
    cross join raw.run_param as param
    where event.day <= param.as_of_day
    union all
    select
        promise.customer_id as customer_id, promise.last_day + 1 as day, 'broken' as kind,
        1 as number, 0 as days, cast(0 as decimal(38, 12)) as amount
    from core.promise_kept as promise
    join core.risk_customer as learnt
        on learnt.customer_id = promise.customer_id
    cross join raw.setting as setting
    where promise.received < promise.amount * setting.promise_share
    union all
    select
        promise.customer_id as customer_id, promise.last_day + 366 as day, 'broken' as kind,
        -1 as number, 0 as days, cast(0 as decimal(38, 12)) as amount
    from core.promise_kept as promise
    join core.risk_customer as learnt
        on learnt.customer_id = promise.customer_id
    cross join raw.setting as setting
    where promise.received < promise.amount * setting.promise_share
),
daily as (
    select
        known.customer_id as customer_id,
        known.day as day,
        cast(sum(case when known.kind = 'paid' then known.number else 0 end) as bigint) as paid,
        cast(sum(case when known.kind = 'paid' and known.days > 0 then known.number else 0 end) as bigint) as late,
        cast(sum(case when known.kind = 'paid' then known.number * known.days else 0 end) as bigint) as days,
        cast(sum(case when known.kind = 'paid' then known.number * known.amount else 0 end) as bigint) as at_month_end,
        cast(sum(case when known.kind = 'recent' then known.number else 0 end) as bigint) as recent_paid,
        cast(sum(case when known.kind = 'recent' and known.days > 0 then known.number else 0 end) as bigint) as recent_late,
        cast(sum(case when known.kind = 'recent' then known.number * known.days else 0 end) as bigint) as recent_days,
        cast(max(case when known.kind = 'paid' and known.number > 0 then known.day * 1000 + known.days + 500 end) as bigint) as last_code,
        cast(sum(case when known.kind = 'disputed' then known.number else 0 end) as bigint) as disputed,
        cast(sum(case when known.kind = 'short' then known.number else 0 end) as bigint) as short,
        cast(sum(case when known.kind = 'broken' then known.number else 0 end) as bigint) as broken,
        cast(sum(case when known.kind = 'open' then known.number else 0 end) as bigint) as open_items,
        cast(sum(case when known.kind = 'open' then known.number * known.amount else 0 end) as decimal(38, 12)) as open_amount,
        cast(sum(case when known.kind = 'overdue' then known.number else 0 end) as bigint) as overdue_items,
        cast(sum(case when known.kind = 'overdue' then known.number * known.amount else 0 end) as decimal(38, 12)) as overdue_amount,
        cast(sum(case when known.kind = 'issued' then known.number else 0 end) as bigint) as issued,
        cast(sum(case when known.kind = 'issued' then known.amount else 0 end) as decimal(38, 12)) as issued_amount,
        cast(min(case when known.kind = 'issued' then known.day end) as bigint) as first_day
    from known
    group by known.customer_id, known.day
),
ordered as (
    select
        daily.customer_id as customer_id, daily.day as day, 1 as place,
        daily.paid as paid,
        daily.late as late,
        daily.days as days,
        daily.at_month_end as at_month_end,
        daily.recent_paid as recent_paid,
        daily.recent_late as recent_late,
        daily.recent_days as recent_days,
        daily.last_code as last_code,
        daily.disputed as disputed,
        daily.short as short,
        daily.broken as broken,
        daily.open_items as open_items,
        daily.open_amount as open_amount,
        daily.overdue_items as overdue_items,
        daily.overdue_amount as overdue_amount,
        daily.issued as issued,
        daily.issued_amount as issued_amount,
        daily.first_day as first_day
    from daily
    union all
    select
        item.customer_id as customer_id, item.issued_day as day, 0 as place,
        cast(0 as bigint) as paid,
        cast(0 as bigint) as late,
        cast(0 as bigint) as days,
        cast(0 as bigint) as at_month_end,
        cast(0 as bigint) as recent_paid,
        cast(0 as bigint) as recent_late,
        cast(0 as bigint) as recent_days,
        cast(null as bigint) as last_code,
        cast(0 as bigint) as disputed,
        cast(0 as bigint) as short,
        cast(0 as bigint) as broken,
        cast(0 as bigint) as open_items,
        cast(0 as decimal(38, 12)) as open_amount,
        cast(0 as bigint) as overdue_items,
        cast(0 as decimal(38, 12)) as overdue_amount,
        cast(0 as bigint) as issued,
        cast(0 as decimal(38, 12)) as issued_amount,
        cast(null as bigint) as first_day
    from core.risk_outcome as item
    group by item.customer_id, item.issued_day
),
running as (
    select
        ordered.customer_id as customer_id,
        ordered.day as day,
        ordered.place as place,
        sum(ordered.paid) over past as paid,
        sum(ordered.late) over past as late,
        sum(ordered.days) over past as days,
        sum(ordered.at_month_end) over past as at_month_end,
        sum(ordered.recent_paid) over past as recent_paid,
        sum(ordered.recent_late) over past as recent_late,
        sum(ordered.recent_days) over past as recent_days,
        max(ordered.last_code) over past as last_code,
        sum(ordered.disputed) over past as disputed,
        sum(ordered.short) over past as short,
        sum(ordered.broken) over past as broken,
        sum(ordered.open_items) over past as open_items,
        sum(ordered.open_amount) over past as open_amount,
        sum(ordered.overdue_items) over past as overdue_items,
        sum(ordered.overdue_amount) over past as overdue_amount,
        sum(ordered.issued) over past as issued,
        sum(ordered.issued_amount) over past as issued_amount,
        min(ordered.first_day) over past as first_day
    from ordered
    window past as (
        partition by ordered.customer_id
        order by ordered.day, ordered.place
        rows between unbounded preceding and current row
    )
)
select
    item.invoice_id as invoice_id,
    item.number as number,
    item.customer_id as customer_id,
    cast(running.day - 1 as bigint) as known_day,
    cast(running.paid as bigint) as paid,
    cast(running.late as bigint) as late,
    cast(running.days as bigint) as days,
    cast(running.at_month_end as bigint) as at_month_end,
    cast(running.recent_paid as bigint) as recent_paid,
    cast(running.recent_late as bigint) as recent_late,
    cast(running.recent_days as bigint) as recent_days,
    cast(running.last_code as bigint) as last_code,
    cast(running.disputed as bigint) as disputed,
    cast(running.short as bigint) as short,
    cast(running.broken as bigint) as broken,
    cast(running.open_items as bigint) as open_items,
    cast(running.open_amount as decimal(38, 12)) as open_amount,
    cast(running.overdue_items as bigint) as overdue_items,
    cast(running.overdue_amount as decimal(38, 12)) as overdue_amount,
    cast(running.issued as bigint) as issued,
    cast(running.issued_amount as decimal(38, 12)) as issued_amount,
    cast(running.first_day as bigint) as first_day
from core.risk_outcome as item
join running
    on running.customer_id = item.customer_id
    and running.day = item.issued_day
    and running.place = 0

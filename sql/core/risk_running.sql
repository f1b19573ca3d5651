-- What was known of a customer at the beginning of the day on which an item of the history was issued.
-- Events and items stand in one order for each customer, an item before the events of its own day, and sums run over what comes before:
-- nothing that became known on that day or later can enter.
-- grain:   one row per invoice_id and number of core.risk_outcome
-- formula: broken promises count for a year after they were broken
-- source:  core.promise_kept, core.risk_customer, core.risk_event, core.risk_outcome, raw.run_param, raw.setting
-- unit:    reporting currency; last_code is day x 1000 + days late + 500 of the latest payment
with
known as (
    select
        event.event_id as event_id, event.customer_id as customer_id, event.day as day, event.kind as kind,
        event.number as number, event.days as days, event.amount as amount
    from core.risk_event as event
    cross join raw.run_param as param
    where event.day <= param.as_of_day
    union all
    select
        promise.promise_id as event_id, promise.customer_id as customer_id, promise.last_day + 1 as day, 'broken' as kind,
        1 as number, 0 as days, cast(0 as decimal(38, 12)) as amount
    from core.promise_kept as promise
    join core.risk_customer as learnt
        on learnt.customer_id = promise.customer_id
    cross join raw.setting as setting
    where promise.received < promise.amount * setting.promise_share
    union all
    select
        promise.promise_id as event_id, promise.customer_id as customer_id, promise.last_day + 366 as day, 'broken' as kind,
        -1 as number, 0 as days, cast(0 as decimal(38, 12)) as amount
    from core.promise_kept as promise
    join core.risk_customer as learnt
        on learnt.customer_id = promise.customer_id
    cross join raw.setting as setting
    where promise.received < promise.amount * setting.promise_share
),
ordered as (
    select
        known.customer_id as customer_id, known.day as day, 1 as place, known.event_id as id, 0 as part, known.kind as kind,
        known.number as number, known.days as days, known.amount as amount
    from known
    union all
    select
        item.customer_id as customer_id, item.issued_day as day, 0 as place, item.invoice_id as id, item.number as part, 'item' as kind,
        0 as number, 0 as days, cast(0 as decimal(38, 12)) as amount
    from core.risk_outcome as item
),
running as (
    select
        ordered.kind as kind,
        ordered.id as invoice_id,
        ordered.part as number,
        ordered.customer_id as customer_id,
        ordered.day as day,
        sum(case when ordered.kind = 'paid' then ordered.number else 0 end) over past as paid,
        sum(case when ordered.kind = 'paid' and ordered.days > 0 then ordered.number else 0 end) over past as late,
        sum(case when ordered.kind = 'paid' then ordered.number * ordered.days else 0 end) over past as days,
        sum(case when ordered.kind = 'paid' then ordered.number * ordered.amount else 0 end) over past as at_month_end,
        sum(case when ordered.kind = 'recent' then ordered.number else 0 end) over past as recent_paid,
        sum(case when ordered.kind = 'recent' and ordered.days > 0 then ordered.number else 0 end) over past as recent_late,
        sum(case when ordered.kind = 'recent' then ordered.number * ordered.days else 0 end) over past as recent_days,
        max(case when ordered.kind = 'paid' and ordered.number > 0 then ordered.day * 1000 + ordered.days + 500 end) over past as last_code,
        sum(case when ordered.kind = 'disputed' then ordered.number else 0 end) over past as disputed,
        sum(case when ordered.kind = 'short' then ordered.number else 0 end) over past as short,
        sum(case when ordered.kind = 'broken' then ordered.number else 0 end) over past as broken,
        sum(case when ordered.kind = 'open' then ordered.number else 0 end) over past as open_items,
        sum(case when ordered.kind = 'open' then ordered.number * ordered.amount else 0 end) over past as open_amount,
        sum(case when ordered.kind = 'overdue' then ordered.number else 0 end) over past as overdue_items,
        sum(case when ordered.kind = 'overdue' then ordered.number * ordered.amount else 0 end) over past as overdue_amount,
        sum(case when ordered.kind = 'issued' then ordered.number else 0 end) over past as issued,
        sum(case when ordered.kind = 'issued' then ordered.amount else 0 end) over past as issued_amount,
        min(case when ordered.kind = 'issued' then ordered.day end) over past as first_day
    from ordered
    window past as (
        partition by ordered.customer_id
        order by ordered.day, ordered.place, ordered.id, ordered.part, ordered.kind, ordered.number
        rows between unbounded preceding and current row
    )
)
select
    running.invoice_id as invoice_id,
    cast(running.number as bigint) as number,
    running.customer_id as customer_id,
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
from running
where running.kind = 'item'

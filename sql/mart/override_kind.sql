-- How often people overrule the list, and whether it paid: what was past due on those days, and how much of it came within thirty days,
-- beside how much came from customers whom nobody had touched.
-- grain:   one row per collector and kind: pin, snooze, skip, hold
-- formula: settled_percent = settled / past due of the overrides that are thirty days old; others_percent = the same of what was past
--          due thirty days ago by customers without an override in half a year
-- source:  core.customer, core.open_span, mart.override, raw.run_param
-- unit:    reporting currency; percent
with
counted as (
    select
        override.collector as collector,
        override.kind as kind,
        count(*) as overrides,
        count(distinct override.customer_id) as customers,
        sum(case when override.in_force then 1 else 0 end) as in_force,
        sum(override.past_due_amount) as past_due_amount,
        sum(override.settled_amount) as settled_amount,
        sum(case when override.settled_amount is not null then override.past_due_amount else 0 end) as tested_amount
    from mart.override as override
    group by override.collector, override.kind
),
asked as (
    select counted.collector as collector
    from counted
    group by counted.collector
),
touched as (
    select override.customer_id as customer_id
    from mart.override as override
    group by override.customer_id
),
others as (
    select
        customer.collector as collector,
        sum(case when span.from_day <= param.as_of_day - 30 then span.open_amount * span.rate else 0 end) as past_due_amount,
        sum(case when param.as_of_day < span.to_day then span.open_amount * span.rate else 0 end) as still_open_amount
    from core.open_span as span
    cross join raw.run_param as param
    join core.customer as customer
        on customer.customer_id = span.customer_id
    join asked
        on asked.collector = customer.collector
    left join touched
        on touched.customer_id = span.customer_id
    where touched.customer_id is null
        and span.issued_day <= param.as_of_day - 30
        and span.due_day < param.as_of_day - 30
        and span.from_day <= param.as_of_day
        and span.to_day > param.as_of_day - 30
        and span.open_amount > 0
        and (span.from_day <= param.as_of_day - 30 or param.as_of_day < span.to_day)
    group by customer.collector
)
select
    counted.collector as collector,
    counted.kind as kind,
    counted.overrides as overrides,
    counted.customers as customers,
    cast(counted.in_force as bigint) as in_force,
    cast(counted.past_due_amount as decimal(38, 12)) as past_due_amount,
    cast(counted.settled_amount as decimal(38, 12)) as settled_amount,
    cast(counted.settled_amount * 1e2 / nullif(counted.tested_amount, 0) as decimal(18, 9)) as settled_percent,
    cast((others.past_due_amount - others.still_open_amount) * 1e2 / nullif(others.past_due_amount, 0) as decimal(18, 9)) as others_percent
from counted
left join others
    on others.collector = counted.collector

-- By how much open items and what is unapplied of receipts and credit memos changed on each day.
-- grain:   one row per entity, currency and day on which either changed
-- adds:    entries, open_amount, unapplied_amount
-- formula: what a span holds comes in on its first day and goes on the day after its last; net = open - unapplied
-- source:  core.credit_span, core.open_span
-- unit:    document currency
with
change as (
    select
        span.entity as entity,
        span.currency as currency,
        span.from_day as day,
        span.open_amount as open_amount,
        0 as unapplied_amount
    from core.open_span as span
    union all
    select
        span.entity as entity,
        span.currency as currency,
        span.to_day as day,
        -span.open_amount as open_amount,
        0 as unapplied_amount
    from core.open_span as span
    where span.to_day < 2932896
    union all
    select
        span.entity as entity,
        span.currency as currency,
        span.from_day as day,
        0 as open_amount,
        span.open_amount as unapplied_amount
    from core.credit_span as span
    union all
    select
        span.entity as entity,
        span.currency as currency,
        span.to_day as day,
        0 as open_amount,
        -span.open_amount as unapplied_amount
    from core.credit_span as span
    where span.to_day < 2932896
)
select
    change.entity as entity,
    change.currency as currency,
    change.day as day,
    count(*) as entries,
    cast(sum(change.open_amount) as decimal(38, 3)) as open_amount,
    cast(sum(change.unapplied_amount) as decimal(38, 3)) as unapplied_amount
from change
group by change.entity, change.currency, change.day

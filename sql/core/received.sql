-- Receipts of each period's window and how much of them was still unapplied at its end.
-- grain:  one row per month, entity, currency and member
-- adds:   entries, received_amount, unapplied_amount
-- source: core.credit_span, core.member, core.period, core.source
-- unit:   reporting currency at the receipt's own rate
with
movement as (
    select
        period.month as month,
        source.customer_id as customer_id,
        source.entity as entity,
        source.currency as currency,
        source.amount * source.rate as received,
        0 as unapplied
    from core.source as source
    join core.period as period
        on source.dated_day between period.window_first_day and period.end_day
        and period.end_day < source.until_day
    where source.kind = 'payment'
    union all
    select
        period.month as month,
        span.customer_id as customer_id,
        span.entity as entity,
        span.currency as currency,
        0 as received,
        span.open_amount * span.rate as unapplied
    from core.credit_span as span
    join core.period as period
        on span.dated_day between period.window_first_day and period.end_day
        and span.from_day <= period.end_day
        and period.end_day < span.to_day
    where span.kind = 'payment'
)
select
    movement.month as month,
    movement.entity as entity,
    movement.currency as currency,
    coalesce(member.member, '') as member,
    count(*) as entries,
    cast(sum(movement.received) as decimal(38, 12)) as received_amount,
    cast(sum(movement.unapplied) as decimal(38, 12)) as unapplied_amount
from movement
left join core.member as member
    on member.customer_id = movement.customer_id
group by
    movement.month,
    movement.entity,
    movement.currency,
    coalesce(member.member, '')

-- Open receivables and unapplied credits at the end of every fiscal period.
-- grain:   one row per calendar, starts_day, entity, currency, member, side and bucket
-- formula: as core.balance, on the last day of the fiscal period
-- source:  core.credit_span, core.fiscal_period, core.member, core.open_span, core.rate_span
-- unit:    reporting currency at the closing rate, else at the document's own
with
item as (
    select
        period.calendar as calendar,
        period.starts_day as starts_day,
        period.end_day as end_day,
        span.customer_id as customer_id,
        span.entity as entity,
        span.currency as currency,
        case when span.open_amount > 0 then 'item' else 'invoice' end as side,
        case
            when period.end_day - span.due_day <= 0 then 'current'
            when period.end_day - span.due_day <= 30 then '1-30'
            when period.end_day - span.due_day <= 60 then '31-60'
            when period.end_day - span.due_day <= 90 then '61-90'
            when period.end_day - span.due_day > 90 then '91+'
        end as bucket,
        span.rate as rate,
        span.open_amount as open_amount
    from core.open_span as span
    join core.fiscal_period as period
        on span.from_day <= period.end_day
        and period.end_day < span.to_day
        and period.calendar in ('', span.entity)
    union all
    select
        period.calendar as calendar,
        period.starts_day as starts_day,
        period.end_day as end_day,
        span.customer_id as customer_id,
        span.entity as entity,
        span.currency as currency,
        span.kind as side,
        '' as bucket,
        span.rate as rate,
        -span.open_amount as open_amount
    from core.credit_span as span
    join core.fiscal_period as period
        on span.from_day <= period.end_day
        and period.end_day < span.to_day
        and period.calendar in ('', span.entity)
)
select
    item.calendar as calendar,
    item.starts_day as starts_day,
    item.entity as entity,
    item.currency as currency,
    coalesce(member.member, '') as member,
    item.side as side,
    item.bucket as bucket,
    cast(sum(item.open_amount * coalesce(closing.rate, item.rate)) as decimal(38, 12)) as reporting_amount
from item
left join core.rate_span as closing
    on closing.currency = item.currency
    and closing.from_day <= item.end_day
    and item.end_day < closing.to_day
left join core.member as member
    on member.customer_id = item.customer_id
group by
    item.calendar,
    item.starts_day,
    item.entity,
    item.currency,
    coalesce(member.member, ''),
    item.side,
    item.bucket

-- Open receivables and unapplied credits at the end of every period.
-- grain:   one row per month, entity, currency, member, side, billing month and buckets
-- adds:    items, unrated_items, open_amount, own_amount, reporting_amount, age_amount
-- formula: days late = end of period - due day; due today is current; 30 days late is 1-30. A negative open item is a credit
-- source:  core.closing_rate, core.credit_span, core.member, core.open_span, core.period
-- unit:    document currency; reporting currency at the closing rate, else at the document's own, which own_amount is at always
with
item as (
    select
        period.month as month,
        span.customer_id as customer_id,
        span.entity as entity,
        span.currency as currency,
        case when span.open_amount > 0 then 'item' else 'invoice' end as side,
        span.issued_month as billed_month,
        case
            when period.end_day - span.due_day <= 0 then 'current'
            when period.end_day - span.due_day <= 30 then '1-30'
            when period.end_day - span.due_day <= 60 then '31-60'
            when period.end_day - span.due_day <= 90 then '61-90'
            when period.end_day - span.due_day > 90 then '91+'
        end as bucket,
        case
            when period.end_day - span.issued_day <= 30 then '0-30'
            when period.end_day - span.issued_day <= 60 then '31-60'
            when period.end_day - span.issued_day <= 90 then '61-90'
            when period.end_day - span.issued_day > 90 then '91+'
        end as age_bucket,
        period.end_day - span.issued_day as age_days,
        span.rate as rate,
        span.open_amount as open_amount
    from core.open_span as span
    join core.period as period
        on span.from_day <= period.end_day
        and period.end_day < span.to_day
    union all
    select
        period.month as month,
        span.customer_id as customer_id,
        span.entity as entity,
        span.currency as currency,
        span.kind as side,
        span.dated_month as billed_month,
        '' as bucket,
        '' as age_bucket,
        0 as age_days,
        span.rate as rate,
        -span.open_amount as open_amount
    from core.credit_span as span
    join core.period as period
        on span.from_day <= period.end_day
        and period.end_day < span.to_day
),
valued as (
    select
        item.month as month,
        item.entity as entity,
        item.currency as currency,
        coalesce(member.member, '') as member,
        item.side as side,
        item.billed_month as billed_month,
        item.bucket as bucket,
        item.age_bucket as age_bucket,
        item.age_days as age_days,
        item.open_amount as open_amount,
        item.open_amount * item.rate as own_amount,
        cast(item.open_amount * coalesce(closing.rate, item.rate) as decimal(38, 12)) as reporting_amount
    from item
    left join core.member as member
        on member.customer_id = item.customer_id
    left join core.closing_rate as closing
        on closing.month = item.month
        and closing.currency = item.currency
)
select
    valued.month as month,
    valued.entity as entity,
    valued.currency as currency,
    valued.member as member,
    valued.side as side,
    valued.billed_month as billed_month,
    valued.bucket as bucket,
    valued.age_bucket as age_bucket,
    count(*) as items,
    count(*) - count(valued.reporting_amount) as unrated_items,
    cast(sum(valued.open_amount) as decimal(38, 3)) as open_amount,
    cast(sum(valued.own_amount) as decimal(38, 12)) as own_amount,
    cast(sum(valued.reporting_amount) as decimal(38, 12)) as reporting_amount,
    cast(sum(valued.reporting_amount * valued.age_days) as decimal(38, 12)) as age_amount
from valued
group by
    valued.month,
    valued.entity,
    valued.currency,
    valued.member,
    valued.side,
    valued.billed_month,
    valued.bucket,
    valued.age_bucket

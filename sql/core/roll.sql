-- Where the open items of the last month-end have gone by as_of, instalment by instalment.
-- What was reduced is shared in proportion among the kinds of reductions that took effect in the month and stand; an
-- amount that a reversal opened again counts at most at its opening value.
-- grain:   one row per entity, currency, member, from_bucket and to_bucket
-- source:  core.closing_rate, core.member, core.open_span, core.period, stg.settlement
-- unit:    reporting currency at the closing rate of as_of, else at the invoice's own
with
edge as (
    select
        closing.month as month,
        closing.end_day as end_day,
        opening.end_day as start_day
    from core.period as closing
    join core.period as opening
        on opening.month = closing.month - 1
    where closing.is_as_of
),
opened as (
    select
        span.invoice_id as invoice_id,
        span.number as number,
        span.customer_id as customer_id,
        span.entity as entity,
        span.currency as currency,
        span.rate as rate,
        span.due_day as due_day,
        span.open_amount as open_amount
    from core.open_span as span
    join edge
        on span.from_day <= edge.start_day
        and edge.start_day < span.to_day
    where span.open_amount > 0
),
remaining as (
    select
        span.invoice_id as invoice_id,
        span.number as number,
        span.open_amount as open_amount
    from core.open_span as span
    join edge
        on span.from_day <= edge.end_day
        and edge.end_day < span.to_day
    where span.open_amount > 0
),
fate as (
    select
        opened.invoice_id as invoice_id,
        opened.number as number,
        opened.customer_id as customer_id,
        opened.entity as entity,
        opened.currency as currency,
        opened.rate as rate,
        opened.due_day as due_day,
        opened.open_amount as open_amount,
        least(coalesce(remaining.open_amount, 0), opened.open_amount) as kept_amount
    from opened
    left join remaining
        on remaining.invoice_id = opened.invoice_id
        and remaining.number = opened.number
),
reduced as (
    select
        settlement.invoice_id as invoice_id,
        settlement.number as number,
        case settlement.kind
            when 'payment' then 'cash'
            when 'minor' then 'write_off'
            else settlement.kind
        end as kind,
        sum(settlement.amount) as amount
    from stg.settlement as settlement
    join edge
        on settlement.effective_day > edge.start_day
        and settlement.from_day <= edge.end_day
        and edge.end_day < settlement.until_day
    where settlement.amount > 0
    group by
        settlement.invoice_id,
        settlement.number,
        case settlement.kind
            when 'payment' then 'cash'
            when 'minor' then 'write_off'
            else settlement.kind
        end
),
total as (
    select reduced.invoice_id as invoice_id, reduced.number as number, sum(reduced.amount) as amount
    from reduced
    group by reduced.invoice_id, reduced.number
),
gone as (
    select
        fate.customer_id as customer_id,
        fate.entity as entity,
        fate.currency as currency,
        fate.rate as rate,
        fate.due_day as due_day,
        coalesce(reduced.kind, 'void') as to_bucket,
        fate.open_amount - fate.kept_amount as amount,
        reduced.amount * 1e0 / nullif(total.amount, 0) as share
    from fate
    left join total
        on total.invoice_id = fate.invoice_id
        and total.number = fate.number
    left join reduced
        on reduced.invoice_id = fate.invoice_id
        and reduced.number = fate.number
    where fate.open_amount > fate.kept_amount
    union all
    select
        fate.customer_id as customer_id,
        fate.entity as entity,
        fate.currency as currency,
        fate.rate as rate,
        fate.due_day as due_day,
        case
            when edge.end_day - fate.due_day <= 0 then 'current'
            when edge.end_day - fate.due_day <= 30 then '1-30'
            when edge.end_day - fate.due_day <= 60 then '31-60'
            when edge.end_day - fate.due_day <= 90 then '61-90'
            else '91+'
        end as to_bucket,
        fate.kept_amount as amount,
        cast(null as decimal(18, 3)) as share
    from fate
    cross join edge
    where fate.kept_amount > 0
)
select
    gone.entity as entity,
    gone.currency as currency,
    coalesce(member.member, '') as member,
    case
        when edge.start_day - gone.due_day <= 0 then 'current'
        when edge.start_day - gone.due_day <= 30 then '1-30'
        when edge.start_day - gone.due_day <= 60 then '31-60'
        when edge.start_day - gone.due_day <= 90 then '61-90'
        else '91+'
    end as from_bucket,
    gone.to_bucket as to_bucket,
    cast(sum(case
        when gone.share is null then cast(gone.amount * coalesce(closing.rate, gone.rate) as decimal(38, 12))
        else cast(gone.amount * coalesce(closing.rate, gone.rate) * gone.share as decimal(38, 12))
    end) as decimal(38, 12)) as amount
from gone
cross join edge
left join core.member as member
    on member.customer_id = gone.customer_id
left join core.closing_rate as closing
    on closing.month = edge.month
    and closing.currency = gone.currency
group by
    gone.entity,
    gone.currency,
    coalesce(member.member, ''),
    case
        when edge.start_day - gone.due_day <= 0 then 'current'
        when edge.start_day - gone.due_day <= 30 then '1-30'
        when edge.start_day - gone.due_day <= 60 then '31-60'
        when edge.start_day - gone.due_day <= 90 then '61-90'
        else '91+'
    end,
    gone.to_bucket

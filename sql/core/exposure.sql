-- Net exposure at as_of of customers in debt, children counted with their parent.
-- grain:   one row per entity, currency, member and parent_id
-- formula: open items - unapplied credits
-- source:  core.closing_rate, core.credit_span, core.customer, core.member, core.open_span, core.period
-- unit:    reporting currency at the closing rate, else at the document's own
with
item as (
    select
        period.month as month,
        span.customer_id as customer_id,
        span.entity as entity,
        span.currency as currency,
        span.rate as rate,
        span.open_amount as amount
    from core.open_span as span
    join core.period as period
        on span.from_day <= period.end_day
        and period.end_day < span.to_day
    where period.is_as_of
    union all
    select
        period.month as month,
        span.customer_id as customer_id,
        span.entity as entity,
        span.currency as currency,
        span.rate as rate,
        -span.open_amount as amount
    from core.credit_span as span
    join core.period as period
        on span.from_day <= period.end_day
        and period.end_day < span.to_day
    where period.is_as_of
)
select
    item.entity as entity,
    item.currency as currency,
    coalesce(member.member, '') as member,
    customer.parent_id as parent_id,
    cast(sum(item.amount * coalesce(closing.rate, item.rate)) as decimal(38, 12)) as reporting_amount
from item
join core.customer as customer
    on customer.customer_id = item.customer_id
left join core.member as member
    on member.customer_id = item.customer_id
left join core.closing_rate as closing
    on closing.month = item.month
    and closing.currency = item.currency
group by
    item.entity,
    item.currency,
    coalesce(member.member, ''),
    customer.parent_id

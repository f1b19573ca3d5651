-- What falls due in the next 30 days and nobody disputes. It says when money is owed, not when it will come.
-- grain:   one row per days left, entity and document currency; due today is 0 days left
-- formula: open instalments less the open disputed part of their invoice, which the earliest instalment carries first
-- source:  mart.dispute, mart.open_item
-- unit:    reporting currency
with
disputed as (
    select dispute.customer_id as customer_id, dispute.invoice_id as invoice_id, sum(dispute.open_reporting_amount) as amount
    from mart.dispute as dispute
    where dispute.open
    group by dispute.customer_id, dispute.invoice_id
),
stacked as (
    select
        item.entity as entity,
        item.currency as currency,
        -item.days_past_due as days_left,
        item.reporting_amount as amount,
        coalesce(disputed.amount, 0) - sum(item.reporting_amount) over (
            partition by item.customer_id, item.invoice_id
            order by item.due_on, item.number
            rows between unbounded preceding and current row
        ) + item.reporting_amount as disputed_left
    from mart.open_item as item
    left join disputed on disputed.customer_id = item.customer_id and disputed.invoice_id = item.invoice_id
),
split as (
    select
        entity, currency, days_left, amount,
        case
            when disputed_left <= 0 then 0
            when disputed_left >= amount then amount
            else disputed_left
        end as disputed_amount
    from stacked
)
select
    entity, currency, days_left,
    count(*) as items,
    sum(amount) as open_amount,
    sum(disputed_amount) as disputed_amount,
    sum(amount - disputed_amount) as amount
from split
where days_left between 0 and 30
group by entity, currency, days_left
order by days_left, entity, currency

-- Every customer's position on the day the books are read.
-- grain:  one row per customer_id
-- source: core.customer, core.disputed_item, core.invoice, core.period, mart.open_credit, mart.open_item, raw.setting
-- unit:   reporting currency; credit_limit in the customer's own
with
item as (
    select
        open_item.customer_id as customer_id,
        count(*) as open_items,
        sum(open_item.reporting_amount) as gross_amount,
        sum(case when open_item.days_past_due > 0 then open_item.reporting_amount else 0 end) as past_due_amount,
        max(open_item.days_past_due) as oldest_days_past_due
    from mart.open_item as open_item
    group by open_item.customer_id
),
credit as (
    select
        open_credit.customer_id as customer_id,
        sum(open_credit.reporting_amount) as credit_amount
    from mart.open_credit as open_credit
    group by open_credit.customer_id
),
disputed as (
    select
        invoice.customer_id as customer_id,
        sum(disputed_item.reporting_amount) as disputed_amount
    from core.disputed_item as disputed_item
    join core.period as period
        on period.month = disputed_item.month
    join core.invoice as invoice
        on invoice.invoice_id = disputed_item.invoice_id
    where period.is_as_of
    group by invoice.customer_id
)
select
    customer.customer_id as customer_id,
    customer.name as name,
    customer.parent_id as parent_id,
    customer.entity as entity,
    customer.segment as segment,
    customer.country as country,
    customer.collector as collector,
    customer.terms_days as terms_days,
    customer.credit_limit as credit_limit,
    setting.reporting_currency as currency,
    cast(coalesce(item.open_items, 0) as bigint) as open_items,
    cast(coalesce(item.gross_amount, 0) as decimal(38, 12)) as gross_amount,
    cast(coalesce(item.past_due_amount, 0) as decimal(38, 12)) as past_due_amount,
    cast(coalesce(credit.credit_amount, 0) as decimal(38, 12)) as credit_amount,
    cast(coalesce(item.gross_amount, 0) - coalesce(credit.credit_amount, 0) as decimal(38, 12)) as net_amount,
    cast(coalesce(disputed.disputed_amount, 0) as decimal(38, 12)) as disputed_amount,
    item.oldest_days_past_due as oldest_days_past_due
from core.customer as customer
cross join raw.setting as setting
left join item
    on item.customer_id = customer.customer_id
left join credit
    on credit.customer_id = customer.customer_id
left join disputed
    on disputed.customer_id = customer.customer_id

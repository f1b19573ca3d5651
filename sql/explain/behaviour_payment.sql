-- The payments behind each customer's behaviour index.
-- grain:  one row per payment of an invoice or instalment in the last 24 months, largest first
-- source: core.instalment_settlement, core.reduction, raw.day, raw.run_param
with
settlement as (
    select
        reduction.reduction_id as reduction_id,
        reduction.invoice_id as invoice_id,
        1 as number,
        reduction.customer_id as customer_id,
        reduction.due_day as due_day,
        reduction.paid_day as paid_day,
        reduction.paid_month as paid_month,
        reduction.from_day as from_day,
        reduction.until_day as until_day,
        reduction.amount as amount,
        reduction.rate as rate
    from core.reduction as reduction
    where reduction.instalments = 0
        and reduction.kind = 'payment'
        and reduction.fault is null
    union all
    select
        share.invoice_id as reduction_id,
        share.invoice_id as invoice_id,
        share.number as number,
        share.customer_id as customer_id,
        share.due_day as due_day,
        share.paid_day as paid_day,
        share.paid_month as paid_month,
        share.from_day as from_day,
        share.until_day as until_day,
        share.amount as amount,
        share.rate as rate
    from core.instalment_settlement as share
    where share.kind = 'payment'
),
received as (
    select
        settlement.reduction_id as reduction_id,
        settlement.invoice_id as invoice_id,
        settlement.number as number,
        settlement.customer_id as customer_id,
        settlement.due_day as due_day,
        settlement.paid_day as paid_day,
        settlement.paid_day - settlement.due_day as days_late,
        cast(settlement.amount * settlement.rate as decimal(38, 12)) as reporting_amount
    from settlement
    join raw.run_param as param
        on settlement.from_day <= param.as_of_day
        and param.as_of_day < settlement.until_day
        and settlement.paid_month > param.as_of_month - 24
)
select
    received.customer_id as customer_id,
    received.invoice_id as invoice_id,
    received.number as number,
    due.on_date as due_on,
    paid.on_date as paid_on,
    received.days_late as days_late,
    received.reporting_amount as reporting_amount
from received
join raw.day as paid
    on paid.day = received.paid_day
left join raw.day as due
    on due.day = received.due_day
order by received.reporting_amount desc, received.reduction_id, received.invoice_id, received.number

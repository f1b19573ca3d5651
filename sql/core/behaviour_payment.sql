-- Payments of the last 24 months against the day they were due, on the anchors of D&B's PAYDEX.
-- grain:   one row per reduction_id, invoice_id and number of the instalment it settled, standing at as_of
-- formula: 100 at 30 days early, 90 at 20, 80 prompt, 70 at 15 days late, 60 at 22, 50 at 30, 40 at 60, 30 at 90, 20 at 120 and later,
--          linear between them
-- source:  core.instalment_settlement, core.reduction, raw.run_param
-- unit:    reporting currency at the invoice's rate; index_84 in 84ths of an index point, in which every slope is a whole number
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
paid as (
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
    paid.reduction_id as reduction_id,
    paid.invoice_id as invoice_id,
    cast(paid.number as bigint) as number,
    paid.customer_id as customer_id,
    cast(paid.due_day as bigint) as due_day,
    cast(paid.paid_day as bigint) as paid_day,
    cast(paid.days_late as bigint) as days_late,
    paid.reporting_amount as reporting_amount,
    cast(case
        when paid.days_late <= -30 then 8400
        when paid.days_late <= -20 then 7560 - (paid.days_late + 20) * 84
        when paid.days_late <= 0 then 6720 - paid.days_late * 42
        when paid.days_late <= 15 then 6720 - paid.days_late * 56
        when paid.days_late <= 22 then 5880 - (paid.days_late - 15) * 120
        when paid.days_late <= 30 then 5040 - (paid.days_late - 22) * 105
        when paid.days_late <= 120 then 4200 - (paid.days_late - 30) * 28
        when paid.days_late > 120 then 1680
    end as bigint) as index_84
from paid

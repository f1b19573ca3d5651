-- How each customer has paid in the last 90 days and in the year before them, as alarms compare them: payments, and differences written
-- off for being small.
-- grain:  one row per customer_id, kind (paid or short), is_recent and third, of what stands at as_of
-- source: core.instalment_settlement, core.reduction, raw.month, raw.run_param
-- unit:   days_late is their sum, signed; third of the month by day paid: 0 to the 10th, 1 to the 20th, 2 to its end
with
settlement as (
    select
        reduction.customer_id as customer_id,
        case when reduction.kind = 'minor' then 'short' else 'paid' end as kind,
        reduction.paid_day as paid_day,
        reduction.paid_month as paid_month,
        reduction.due_day as due_day,
        reduction.from_day as from_day,
        reduction.until_day as until_day
    from core.reduction as reduction
    where reduction.fault is null
        and (reduction.kind = 'minor' or reduction.kind = 'payment' and reduction.instalments = 0)
    union all
    select
        share.customer_id as customer_id,
        'paid' as kind,
        share.paid_day as paid_day,
        share.paid_month as paid_month,
        share.due_day as due_day,
        share.from_day as from_day,
        share.until_day as until_day
    from core.instalment_settlement as share
    where share.kind = 'payment'
),
placed as (
    select
        settlement.customer_id as customer_id,
        settlement.kind as kind,
        settlement.paid_day - settlement.due_day as days_late,
        settlement.paid_day > param.as_of_day - 90 as is_recent,
        case
            when settlement.paid_day - month.first_day < 10 then 0
            when settlement.paid_day - month.first_day < 20 then 1
            else 2
        end as third
    from settlement
    join raw.run_param as param
        on settlement.from_day <= param.as_of_day
        and param.as_of_day < settlement.until_day
        and settlement.paid_day > param.as_of_day - 455
    join raw.month as month
        on month.month = settlement.paid_month
)
select
    placed.customer_id as customer_id,
    placed.kind as kind,
    placed.is_recent as is_recent,
    cast(placed.third as bigint) as third,
    count(*) as payments,
    cast(sum(placed.days_late) as bigint) as days_late
from placed
group by placed.customer_id, placed.kind, placed.is_recent, placed.third

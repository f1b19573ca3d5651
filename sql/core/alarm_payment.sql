-- Payments, and differences written off for being small, of the last 90 days and of the year before them, as alarms compare them.
-- grain:  one row per document_id, invoice_id, number of the instalment and kind (paid or short), standing at as_of
-- source: core.instalment_settlement, core.reduction, raw.day, raw.month, raw.run_param
-- unit:   days late, signed; third of the month by day: 0 to the 10th, 1 to the 20th, 2 to its end
with
settlement as (
    select
        reduction.reduction_id as document_id,
        reduction.invoice_id as invoice_id,
        1 as number,
        reduction.customer_id as customer_id,
        case when reduction.kind = 'minor' then 'short' else 'paid' end as kind,
        reduction.paid_day as paid_day,
        reduction.due_day as due_day,
        reduction.from_day as from_day,
        reduction.until_day as until_day
    from core.reduction as reduction
    where reduction.fault is null
        and (reduction.kind = 'minor' or reduction.kind = 'payment' and reduction.instalments = 0)
    union all
    select
        share.invoice_id as document_id,
        share.invoice_id as invoice_id,
        share.number as number,
        share.customer_id as customer_id,
        'paid' as kind,
        share.paid_day as paid_day,
        share.due_day as due_day,
        share.from_day as from_day,
        share.until_day as until_day
    from core.instalment_settlement as share
    where share.kind = 'payment'
)
select
    settlement.document_id as document_id,
    settlement.invoice_id as invoice_id,
    cast(settlement.number as bigint) as number,
    settlement.customer_id as customer_id,
    settlement.kind as kind,
    cast(settlement.paid_day as bigint) as paid_day,
    cast(settlement.paid_day - settlement.due_day as bigint) as days_late,
    settlement.paid_day > param.as_of_day - 90 as is_recent,
    cast(case
        when settlement.paid_day - month.first_day < 10 then 0
        when settlement.paid_day - month.first_day < 20 then 1
        else 2
    end as bigint) as third
from settlement
join raw.run_param as param
    on settlement.from_day <= param.as_of_day
    and param.as_of_day < settlement.until_day
    and settlement.paid_day > param.as_of_day - 455
join raw.day as paid
    on paid.day = settlement.paid_day
join raw.month as month
    on month.month = paid.month

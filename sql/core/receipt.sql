-- Receipts as they paid invoices: each application of a payment against the due day it paid, earliest-due first.
-- A receipt pays the instalments that are open when it takes effect; a later reversal of another payment moves nothing.
-- grain:  one row per application of a payment and instalment it paid
-- source: core.instalment, core.reduction, raw.day
-- unit:   document currency; rate is the invoice's
with
effective as (
    select
        reduction.reduction_id as reduction_id,
        reduction.invoice_id as invoice_id,
        reduction.kind as kind,
        reduction.customer_id as customer_id,
        reduction.entity as entity,
        reduction.currency as currency,
        reduction.rate as rate,
        reduction.issued_day as issued_day,
        reduction.due_day as due_day,
        reduction.paid_day as paid_day,
        reduction.from_day as from_day,
        reduction.until_day as until_day,
        reduction.instalments as instalments,
        reduction.amount as amount
    from core.reduction as reduction
    where reduction.fault is null
        and reduction.from_day < reduction.until_day
),
ordered as (
    select
        effective.reduction_id as reduction_id,
        effective.invoice_id as invoice_id,
        effective.kind as kind,
        effective.customer_id as customer_id,
        effective.entity as entity,
        effective.currency as currency,
        effective.rate as rate,
        effective.issued_day as issued_day,
        effective.paid_day as paid_day,
        effective.from_day as from_day,
        effective.until_day as until_day,
        effective.amount as amount,
        sum(effective.amount) over (
            partition by effective.invoice_id
            order by effective.from_day, effective.reduction_id, effective.kind
            rows between unbounded preceding and current row
        ) as reduced
    from effective
    where effective.instalments > 0
),
share as (
    select
        ordered.reduction_id as reduction_id,
        ordered.customer_id as customer_id,
        ordered.entity as entity,
        ordered.currency as currency,
        ordered.rate as rate,
        ordered.issued_day as issued_day,
        instalment.due_day as due_day,
        ordered.paid_day as paid_day,
        ordered.from_day as from_day,
        ordered.until_day as until_day,
        case
            when instalment.is_last
                then greatest(ordered.reduced - instalment.before_amount, 0)
                    - greatest(ordered.reduced - ordered.amount - instalment.before_amount, 0)
            else least(greatest(ordered.reduced - instalment.before_amount, 0), instalment.amount)
                - least(greatest(ordered.reduced - ordered.amount - instalment.before_amount, 0), instalment.amount)
        end as amount
    from ordered
    join core.instalment as instalment
        on instalment.invoice_id = ordered.invoice_id
    where ordered.kind = 'payment'
),
paid as (
    select
        effective.customer_id as customer_id,
        effective.entity as entity,
        effective.currency as currency,
        effective.rate as rate,
        effective.issued_day as issued_day,
        effective.due_day as due_day,
        effective.paid_day as paid_day,
        effective.from_day as from_day,
        effective.until_day as until_day,
        effective.amount as amount
    from effective
    where effective.instalments = 0
        and effective.kind = 'payment'
    union all
    select
        share.customer_id as customer_id,
        share.entity as entity,
        share.currency as currency,
        share.rate as rate,
        share.issued_day as issued_day,
        share.due_day as due_day,
        share.paid_day as paid_day,
        share.from_day as from_day,
        share.until_day as until_day,
        share.amount as amount
    from share
    where share.amount <> 0
)
select
    paid.customer_id as customer_id,
    paid.entity as entity,
    paid.currency as currency,
    paid.rate as rate,
    paid_date.month as paid_month,
    from_date.month as from_month,
    paid.from_day as from_day,
    paid.until_day as until_day,
    until_date.month as until_month,
    paid.paid_day - paid.issued_day as days_to_pay,
    paid.paid_day - paid.due_day as days_late,
    cast(paid.amount as decimal(18, 3)) as amount
from paid
join raw.day as paid_date
    on paid_date.day = paid.paid_day
join raw.day as from_date
    on from_date.day = paid.from_day
join raw.day as until_date
    on until_date.day = paid.until_day

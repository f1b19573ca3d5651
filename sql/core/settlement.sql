-- Reductions as they settled instalments, earliest-due first: what paid which due day, and how late.
-- A reduction settles the instalments that are open when it takes effect; a later reversal of another one moves nothing.
-- grain:  one row per reduction and instalment it settled
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
        ordered.invoice_id as invoice_id,
        instalment.number as number,
        ordered.kind as kind,
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
),
settled as (
    select
        effective.invoice_id as invoice_id,
        1 as number,
        effective.kind as kind,
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
    union all
    select
        share.invoice_id as invoice_id,
        share.number as number,
        share.kind as kind,
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
    settled.invoice_id as invoice_id,
    cast(settled.number as bigint) as number,
    settled.kind as kind,
    settled.customer_id as customer_id,
    settled.entity as entity,
    settled.currency as currency,
    settled.rate as rate,
    paid_date.month as paid_month,
    from_date.month as from_month,
    settled.from_day as from_day,
    settled.until_day as until_day,
    until_date.month as until_month,
    settled.paid_day - settled.issued_day as days_to_pay,
    settled.paid_day - settled.due_day as days_late,
    cast(settled.amount as decimal(18, 3)) as amount
from settled
join raw.day as paid_date
    on paid_date.day = settled.paid_day
join raw.day as from_date
    on from_date.day = settled.from_day
join raw.day as until_date
    on until_date.day = settled.until_day

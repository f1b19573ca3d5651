-- Reductions of invoices that fall due in parts, as they settled these parts, earliest-due first.
-- A reduction settles the instalments that are open when it takes effect; a later reversal of another one moves nothing.
-- grain:  one row per reduction and instalment it settled
-- source: core.instalment, core.reduction
-- unit:   document currency; rate is the invoice's
with
ordered as (
    select
        reduction.reduction_id as reduction_id,
        reduction.invoice_id as invoice_id,
        reduction.kind as kind,
        reduction.customer_id as customer_id,
        reduction.entity as entity,
        reduction.currency as currency,
        reduction.rate as rate,
        reduction.issued_day as issued_day,
        reduction.paid_day as paid_day,
        reduction.paid_month as paid_month,
        reduction.from_day as from_day,
        reduction.from_month as from_month,
        reduction.until_day as until_day,
        reduction.amount as amount,
        sum(reduction.amount) over (
            partition by reduction.invoice_id
            order by reduction.from_day, reduction.reduction_id, reduction.kind
            rows between unbounded preceding and current row
        ) as reduced
    from core.reduction as reduction
    where reduction.instalments > 0
        and reduction.fault is null
        and reduction.from_day < reduction.until_day
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
        ordered.paid_month as paid_month,
        ordered.from_day as from_day,
        ordered.from_month as from_month,
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
)
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
    share.paid_month as paid_month,
    share.from_day as from_day,
    share.from_month as from_month,
    share.until_day as until_day,
    cast(share.amount as decimal(18, 3)) as amount
from share
where share.amount <> 0

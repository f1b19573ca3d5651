-- Reductions of invoices that fall due in parts, as they settle these parts, earliest-due first, while they stand.
-- When a payment is reversed, those after it move up: an epoch is the time between two reversals on an invoice, and a
-- reduction that stands in several of them has rows in each, of which one holds on any day.
-- grain:  one row per reduction, instalment it settles and days [from_day, until_day) in which it does
-- part:   invoice_id
-- source: core.instalment, core.reduction, raw.day
-- unit:   document currency; rate is the invoice's; effective_day is when the reduction first took effect
with
standing as (
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
        reduction.until_day as until_day,
        reduction.amount as amount
    from core.reduction as reduction
    where reduction.instalments > 0
        and reduction.fault is null
        and reduction.from_day < reduction.until_day
),
edge as (
    select standing.invoice_id as invoice_id, standing.until_day as day
    from standing
    union
    select standing.invoice_id as invoice_id, standing.issued_day as day
    from standing
    union
    select standing.invoice_id as invoice_id, 2932896 as day
    from standing
),
epoch as (
    select
        edge.invoice_id as invoice_id,
        edge.day as from_day,
        lead(edge.day, 1, 2932896) over (partition by edge.invoice_id order by edge.day) as until_day
    from edge
),
ordered as (
    select
        standing.reduction_id as reduction_id,
        standing.invoice_id as invoice_id,
        standing.kind as kind,
        standing.customer_id as customer_id,
        standing.entity as entity,
        standing.currency as currency,
        standing.rate as rate,
        standing.issued_day as issued_day,
        standing.paid_day as paid_day,
        standing.paid_month as paid_month,
        standing.from_day as effective_day,
        greatest(standing.from_day, epoch.from_day) as from_day,
        epoch.until_day as until_day,
        standing.amount as amount,
        sum(standing.amount) over (
            partition by standing.invoice_id, epoch.from_day
            order by standing.from_day, standing.reduction_id, standing.kind
            rows between unbounded preceding and current row
        ) as reduced
    from standing
    join epoch
        on epoch.invoice_id = standing.invoice_id
        and epoch.from_day < epoch.until_day
        and standing.from_day < epoch.until_day
        and epoch.until_day <= standing.until_day
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
        ordered.effective_day as effective_day,
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
    share.effective_day as effective_day,
    share.from_day as from_day,
    from_date.month as from_month,
    share.until_day as until_day,
    until_date.month as until_month,
    cast(share.amount as decimal(18, 3)) as amount
from share
join raw.day as from_date
    on from_date.day = share.from_day
join raw.day as until_date
    on until_date.day = share.until_day
where share.amount <> 0

-- The open amount of every instalment as a function of time: what is open on a day is a filter, not a computation.
-- A negative amount is a credit: a negative invoice, or more applied than was billed.
-- grain:   one row per invoice_id, number and the days [from_day, to_day) during which the open amount was constant
-- part:    invoice_id
-- formula: open = amount - reduced, earliest-due instalment first; closed when voided or cleared; nothing open, no row
-- source:  core.instalment, core.invoice, core.reduction_step
-- unit:    document currency; rate is the invoice's own
with
state as (
    select
        invoice.invoice_id as invoice_id,
        invoice.issued_day as from_day,
        coalesce(first_step.from_day, 2932896) as to_day,
        0 as reduced
    from core.invoice as invoice
    left join core.reduction_step as first_step
        on first_step.invoice_id = invoice.invoice_id
        and first_step.step = 1
    union all
    select
        step.invoice_id as invoice_id,
        step.from_day as from_day,
        step.to_day as to_day,
        step.reduced as reduced
    from core.reduction_step as step
),
lasting as (
    select
        invoice.invoice_id as invoice_id,
        invoice.customer_id as customer_id,
        invoice.entity as entity,
        invoice.currency as currency,
        invoice.rate as rate,
        invoice.kind as kind,
        invoice.issued_day as issued_day,
        invoice.issued_month as issued_month,
        invoice.due_day as due_day,
        invoice.due_assumed as due_assumed,
        invoice.instalments as instalments,
        state.from_day as from_day,
        least(state.to_day, invoice.closed_day) as to_day,
        invoice.amount as amount,
        state.reduced as reduced
    from state
    join core.invoice as invoice
        on invoice.invoice_id = state.invoice_id
    where state.from_day < least(state.to_day, invoice.closed_day)
),
part as (
    select
        lasting.invoice_id as invoice_id,
        coalesce(instalment.number, 1) as number,
        coalesce(instalment.due_day, lasting.due_day) as due_day,
        lasting.from_day as from_day,
        lasting.to_day as to_day,
        case
            when instalment.invoice_id is null then lasting.amount - lasting.reduced
            when instalment.is_last
                then instalment.amount - greatest(lasting.reduced - instalment.before_amount, 0)
                    - least(lasting.reduced, 0)
            else instalment.amount
                - least(greatest(lasting.reduced - instalment.before_amount, 0), instalment.amount)
        end as open_amount,
        lasting.customer_id as customer_id,
        lasting.entity as entity,
        lasting.currency as currency,
        lasting.rate as rate,
        lasting.kind as kind,
        lasting.issued_day as issued_day,
        lasting.issued_month as issued_month,
        lasting.due_assumed as due_assumed
    from lasting
    left join core.instalment as instalment
        on instalment.invoice_id = lasting.invoice_id
)
select
    part.invoice_id as invoice_id,
    cast(part.number as bigint) as number,
    part.customer_id as customer_id,
    part.entity as entity,
    part.currency as currency,
    part.rate as rate,
    part.kind as kind,
    part.issued_day as issued_day,
    part.issued_month as issued_month,
    part.due_day as due_day,
    part.due_assumed as due_assumed,
    part.from_day as from_day,
    part.to_day as to_day,
    cast(part.open_amount as decimal(18, 3)) as open_amount
from part
where part.open_amount <> 0

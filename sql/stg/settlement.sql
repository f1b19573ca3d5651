-- What settles an item while it stands: the reductions of an invoice that falls due at once, and the shares that instalments have in the
-- reductions of theirs.
-- grain:  one row per invoice_id, number of the instalment and reduction, and per days [from_day, until_day) of a share
-- source: core.instalment_settlement, core.reduction
-- unit:   document currency; rate is the invoice's; effective_day is when the reduction first took effect
select
    reduction.invoice_id as invoice_id,
    cast(1 as bigint) as number,
    reduction.customer_id as customer_id,
    reduction.kind as kind,
    reduction.due_day as due_day,
    reduction.paid_day as paid_day,
    reduction.paid_month as paid_month,
    reduction.from_day as effective_day,
    reduction.from_day as from_day,
    reduction.until_day as until_day,
    reduction.amount as amount,
    reduction.rate as rate
from core.reduction as reduction
where reduction.instalments = 0
    and reduction.fault is null
    and reduction.from_day < reduction.until_day
union all
select
    share.invoice_id as invoice_id,
    share.number as number,
    share.customer_id as customer_id,
    share.kind as kind,
    share.due_day as due_day,
    share.paid_day as paid_day,
    share.paid_month as paid_month,
    share.effective_day as effective_day,
    share.from_day as from_day,
    share.until_day as until_day,
    share.amount as amount,
    share.rate as rate
from core.instalment_settlement as share

-- What has been reduced of an invoice, after every day on which that changed.
-- grain:   one row per change of an invoice; the last row of a day holds that day's total
-- part:    invoice_id; not kept
-- formula: a reduction counts from its from_day to the day before its until_day
-- source:  core.reduction
-- unit:    document currency
with
change as (
    select
        reduction.invoice_id as invoice_id,
        reduction.from_day as day,
        reduction.amount as amount
    from core.reduction as reduction
    where reduction.fault is null
        and reduction.from_day < reduction.until_day
    union all
    select
        reduction.invoice_id as invoice_id,
        reduction.until_day as day,
        -reduction.amount as amount
    from core.reduction as reduction
    where reduction.fault is null
        and reduction.from_day < reduction.until_day
        and reduction.until_day < 2932896
)
select
    change.invoice_id as invoice_id,
    change.day as from_day,
    lead(change.day, 1, 2932896) over (
        partition by change.invoice_id order by change.day, change.amount
    ) as to_day,
    cast(sum(change.amount) over (
        partition by change.invoice_id order by change.day, change.amount
        rows between unbounded preceding and current row
    ) as decimal(18, 3)) as reduced,
    row_number() over (
        partition by change.invoice_id order by change.day, change.amount
    ) as step
from change

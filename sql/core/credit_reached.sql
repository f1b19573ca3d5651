-- Money that reached each aging bucket in the company's own history, and what of it was lost.
-- Items due in the two years that ended half a year before as_of count: time enough for a loss to show.
-- grain:   one row per bucket
-- formula: an item reached a bucket with what was open of it on the bucket's first day; its loss is what was written off of it since, minor
--          differences apart, and at most what had reached the bucket
-- source:  core.open_span, core.reduction, raw.run_param
-- unit:    reporting currency at the invoices' rates
with
entered as (
    select
        span.invoice_id as invoice_id,
        edge.bucket as bucket,
        sum(cast(span.open_amount * span.rate as decimal(38, 12))) as amount
    from core.open_span as span
    join raw.run_param as param
        on span.due_day <= param.as_of_day - 182
        and span.due_day > param.as_of_day - 912
    join (
        values
        ('current', 0),
        ('1-30', 1),
        ('31-60', 31),
        ('61-90', 61),
        ('91+', 91)
    ) as edge (bucket, days)
        on case when edge.days = 0 then span.issued_day else span.due_day + edge.days end >= span.from_day
        and case when edge.days = 0 then span.issued_day else span.due_day + edge.days end < span.to_day
    where span.open_amount > 0
    group by span.invoice_id, edge.bucket
),
lost as (
    select
        reduction.invoice_id as invoice_id,
        sum(cast(reduction.amount * reduction.rate as decimal(38, 12))) as amount
    from core.reduction as reduction
    join raw.run_param as param
        on reduction.from_day <= param.as_of_day
        and param.as_of_day < reduction.until_day
    where reduction.kind = 'write_off'
        and reduction.fault is null
    group by reduction.invoice_id
)
select
    entered.bucket as bucket,
    count(*) as invoices,
    cast(sum(entered.amount) as decimal(38, 12)) as reached_amount,
    cast(sum(least(coalesce(lost.amount, 0), entered.amount)) as decimal(38, 12)) as lost_amount
from entered
left join lost
    on lost.invoice_id = entered.invoice_id
group by entered.bucket

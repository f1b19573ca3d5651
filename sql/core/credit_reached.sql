-- Money that reached each aging bucket in the company's own history, and what of it was lost.
-- Items due in the two years that ended half a year before as_of count: time enough for a loss to show.
-- Only invoices in instalments, or of which something was lost, are looked at one by one; any other is one item in a bucket.
-- grain:   one row per bucket
-- formula: an item reached a bucket with what was open of it on the bucket's first day; its loss is what was written off of it since, minor
--          differences apart, and at most what had reached the bucket
-- source:  core.instalment_count, core.open_span, core.reduction, raw.run_param
-- unit:    reporting currency at the invoices' rates
with
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
),
entered as (
    select
        edge.bucket as bucket,
        case when lost.invoice_id is not null or counted.invoice_id is not null then span.invoice_id end as invoice_id,
        count(*) as items,
        sum(cast(span.open_amount * span.rate as decimal(38, 12))) as amount,
        max(lost.amount) as lost_amount
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
    left join lost
        on lost.invoice_id = span.invoice_id
    left join core.instalment_count as counted
        on counted.invoice_id = span.invoice_id
    where span.open_amount > 0
    group by edge.bucket, case when lost.invoice_id is not null or counted.invoice_id is not null then span.invoice_id end
)
select
    entered.bucket as bucket,
    cast(sum(case when entered.invoice_id is null then entered.items else 1 end) as bigint) as invoices,
    cast(sum(entered.amount) as decimal(38, 12)) as reached_amount,
    cast(sum(least(coalesce(entered.lost_amount, 0), entered.amount)) as decimal(38, 12)) as lost_amount
from entered
group by entered.bucket

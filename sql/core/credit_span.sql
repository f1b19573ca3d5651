-- What is unapplied of every receipt and credit memo, as a function of time.
-- grain:   one row per source_id and the days [from_day, to_day) during which the unapplied amount was constant
-- part:    source_id
-- formula: unapplied = amount - applied to invoices + written off (an overpayment taken to income is written off below 0)
-- source:  core.reduction, core.source, stg.write_off
-- unit:    document currency; rate is the document's own
with
change as (
    select
        source.source_id as source_id,
        source.dated_day as day,
        source.amount as amount
    from core.source as source
    union all
    select
        reduction.source_id as source_id,
        reduction.from_day as day,
        -reduction.amount as amount
    from core.reduction as reduction
    where reduction.fault is null
        and reduction.kind in ('payment', 'credit')
        and reduction.from_day < reduction.until_day
    union all
    select
        reduction.source_id as source_id,
        reduction.until_day as day,
        reduction.amount as amount
    from core.reduction as reduction
    where reduction.fault is null
        and reduction.kind in ('payment', 'credit')
        and reduction.from_day < reduction.until_day
        and reduction.until_day < 2932896
    union all
    select
        source.source_id as source_id,
        greatest(write_off.written_off_day, source.dated_day) as day,
        write_off.amount as amount
    from stg.write_off as write_off
    join core.source as source
        on source.source_id = write_off.source_id
    where write_off.invoice_id is null
),
daily as (
    select
        change.source_id as source_id,
        change.day as day,
        sum(change.amount) as amount
    from change
    group by change.source_id, change.day
    having sum(change.amount) <> 0
),
state as (
    select
        daily.source_id as source_id,
        daily.day as from_day,
        lead(daily.day, 1, 2932896) over (partition by daily.source_id order by daily.day) as to_day,
        sum(daily.amount) over (
            partition by daily.source_id order by daily.day
            rows between unbounded preceding and current row
        ) as open_amount
    from daily
)
select
    source.source_id as source_id,
    source.kind as kind,
    source.customer_id as customer_id,
    source.entity as entity,
    source.currency as currency,
    source.rate as rate,
    source.dated_day as dated_day,
    source.dated_month as dated_month,
    state.from_day as from_day,
    least(state.to_day, source.until_day) as to_day,
    cast(state.open_amount as decimal(18, 3)) as open_amount
from state
join core.source as source
    on source.source_id = state.source_id
where state.open_amount <> 0
    and state.from_day < least(state.to_day, source.until_day)

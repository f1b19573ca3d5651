-- What moved receivables, by the day on which it took effect.
-- grain:   one row per entity, currency, day and kind
-- adds:    entries, amount, reporting_amount
-- formula: opening + billed - voided - received + reversed - credited - discounted - written off - cleared + transferred
--          = closing; amounts here are signed by what they do to receivables. Cleared is what the sender calls settled
--          beyond everything that was applied. Transferred is what a receipt of one entity pays in another: it adds up
--          to nothing over all.
-- source:  core.invoice, core.reduction, core.source, stg.write_off
-- unit:    document currency; reporting currency at the document's own rate, a reduction's at the invoice's
with
crossing as (
    select
        reduction.source_entity as source_entity,
        reduction.entity as entity,
        reduction.currency as currency,
        reduction.from_day as from_day,
        reduction.until_day as until_day,
        reduction.amount as amount,
        reduction.rate as rate
    from core.reduction as reduction
    where reduction.fault is null
        and reduction.kind in ('payment', 'credit')
        and reduction.from_day < reduction.until_day
        and reduction.source_entity <> reduction.entity
),
movement as (
    select
        invoice.entity as entity,
        invoice.currency as currency,
        invoice.issued_day as day,
        'billed' as kind,
        invoice.amount as amount,
        invoice.rate as rate
    from core.invoice as invoice
    where invoice.issued_day < invoice.void_day
    union all
    select
        invoice.entity as entity,
        invoice.currency as currency,
        invoice.void_day as day,
        'voided' as kind,
        -invoice.amount as amount,
        invoice.rate as rate
    from core.invoice as invoice
    where invoice.issued_day < invoice.void_day
        and invoice.void_day < 2932896
    union all
    select
        source.entity as entity,
        source.currency as currency,
        source.dated_day as day,
        case when source.kind = 'payment' then 'received' else 'credited' end as kind,
        -source.amount as amount,
        source.rate as rate
    from core.source as source
    where source.dated_day < source.until_day
    union all
    select
        source.entity as entity,
        source.currency as currency,
        source.until_day as day,
        'reversed' as kind,
        source.amount as amount,
        source.rate as rate
    from core.source as source
    where source.dated_day < source.until_day
        and source.until_day < 2932896
    union all
    select
        reduction.entity as entity,
        reduction.currency as currency,
        reduction.from_day as day,
        case when reduction.kind = 'discount' then 'discounted' else 'written_off' end as kind,
        -reduction.amount as amount,
        reduction.rate as rate
    from core.reduction as reduction
    where reduction.fault is null
        and reduction.kind in ('discount', 'write_off', 'minor')
        and reduction.from_day < reduction.until_day
    union all
    select
        reduction.entity as entity,
        reduction.currency as currency,
        reduction.until_day as day,
        case when reduction.kind = 'discount' then 'discounted' else 'written_off' end as kind,
        reduction.amount as amount,
        reduction.rate as rate
    from core.reduction as reduction
    where reduction.fault is null
        and reduction.kind in ('discount', 'write_off', 'minor')
        and reduction.from_day < reduction.until_day
        and reduction.until_day < 2932896
    union all
    select
        source.entity as entity,
        source.currency as currency,
        greatest(write_off.written_off_day, source.dated_day) as day,
        'written_off' as kind,
        -write_off.amount as amount,
        source.rate as rate
    from stg.write_off as write_off
    join core.source as source
        on source.source_id = write_off.source_id
    where write_off.invoice_id is null
        and greatest(write_off.written_off_day, source.dated_day) < source.until_day
    union all
    select
        source.entity as entity,
        source.currency as currency,
        source.until_day as day,
        'written_off' as kind,
        write_off.amount as amount,
        source.rate as rate
    from stg.write_off as write_off
    join core.source as source
        on source.source_id = write_off.source_id
    where write_off.invoice_id is null
        and greatest(write_off.written_off_day, source.dated_day) < source.until_day
        and source.until_day < 2932896
    union all
    select
        invoice.entity as entity,
        invoice.currency as currency,
        invoice.cleared_day as day,
        'cleared' as kind,
        -invoice.amount as amount,
        invoice.rate as rate
    from core.invoice as invoice
    where invoice.cleared_day < invoice.void_day
    union all
    select
        invoice.entity as entity,
        invoice.currency as currency,
        greatest(reduction.from_day, invoice.cleared_day) as day,
        'cleared' as kind,
        reduction.amount as amount,
        invoice.rate as rate
    from core.invoice as invoice
    join core.reduction as reduction
        on reduction.invoice_id = invoice.invoice_id
    where invoice.cleared_day < invoice.void_day
        and reduction.fault is null
        and reduction.from_day < reduction.until_day
        and invoice.cleared_day < reduction.until_day
    union all
    select
        invoice.entity as entity,
        invoice.currency as currency,
        reduction.until_day as day,
        'cleared' as kind,
        -reduction.amount as amount,
        invoice.rate as rate
    from core.invoice as invoice
    join core.reduction as reduction
        on reduction.invoice_id = invoice.invoice_id
    where invoice.cleared_day < invoice.void_day
        and reduction.fault is null
        and reduction.from_day < reduction.until_day
        and invoice.cleared_day < reduction.until_day
        and reduction.until_day < 2932896
    union all
    select
        invoice.entity as entity,
        invoice.currency as currency,
        invoice.void_day as day,
        'cleared' as kind,
        invoice.amount as amount,
        invoice.rate as rate
    from core.invoice as invoice
    where invoice.cleared_day < invoice.void_day
        and invoice.void_day < 2932896
    union all
    select
        side.entity as entity,
        side.currency as currency,
        side.day as day,
        'transferred' as kind,
        side.amount as amount,
        side.rate as rate
    from (
        select
            crossing.source_entity as entity,
            crossing.currency as currency,
            crossing.from_day as day,
            crossing.amount as amount,
            crossing.rate as rate
        from crossing
        union all
        select
            crossing.entity as entity,
            crossing.currency as currency,
            crossing.from_day as day,
            -crossing.amount as amount,
            crossing.rate as rate
        from crossing
        union all
        select
            crossing.source_entity as entity,
            crossing.currency as currency,
            crossing.until_day as day,
            -crossing.amount as amount,
            crossing.rate as rate
        from crossing
        where crossing.until_day < 2932896
        union all
        select
            crossing.entity as entity,
            crossing.currency as currency,
            crossing.until_day as day,
            crossing.amount as amount,
            crossing.rate as rate
        from crossing
        where crossing.until_day < 2932896
    ) as side
)
select
    movement.entity as entity,
    movement.currency as currency,
    movement.day as day,
    movement.kind as kind,
    count(*) as entries,
    cast(sum(movement.amount) as decimal(38, 3)) as amount,
    cast(sum(movement.amount * movement.rate) as decimal(38, 12)) as reporting_amount
from movement
group by movement.entity, movement.currency, movement.day, movement.kind

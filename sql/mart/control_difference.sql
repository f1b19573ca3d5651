-- Where to look when the control account and the sub-ledger differ: what could explain the difference, item by item.
-- grain:   one row per entity, balance_on, currency, kind and document_id, with the strongest reason
-- formula: amount = effect on receivables. missing: not in the general ledger (amount = -difference); twice: there twice (amount =
--          difference); wrong_sign: there the other way round (-2 x amount = difference); early: dated up to 7 days after and there already
--          (amount = difference); open_item: open on the day with that amount; landed_later: arrived, or arrived again, on a later
--          day than the balance; near: dated up to 3 days around, no larger than the difference, the 50 largest
-- source:  core.credit_span, core.invoice, core.open_span, core.reduction, core.source, mart.control_account, raw.batch, raw.credits,
--          raw.day, raw.invoices, raw.payments, raw.write_offs, stg.gl_balance
-- unit:    the account's currency
with
broken as (
    select
        control.entity as entity,
        control.balance_day as balance_day,
        control.balance_on as balance_on,
        control.currency as currency,
        control.difference as difference,
        cast(max(batch.landed_at) as date) as received_on
    from mart.control_account as control
    left join stg.gl_balance as balance
        on coalesce(balance.entity, '*') = control.entity
        and balance.balance_day = control.balance_day
        and balance.currency = control.currency
    left join raw.batch as batch
        on batch.batch = balance._batch
    where control.difference <> 0
    group by control.entity, control.balance_day, control.balance_on, control.currency, control.difference
),
movement as (
    select
        broken.entity as entity,
        broken.balance_day as balance_day,
        broken.currency as currency,
        'billed' as kind,
        invoice.invoice_id as document_id,
        invoice.customer_id as customer_id,
        invoice.issued_day as day,
        invoice.amount as amount
    from broken
    join core.invoice as invoice
        on invoice.currency = broken.currency
        and broken.entity in ('*', invoice.entity)
        and invoice.issued_day between broken.balance_day - 31 and broken.balance_day + 7
    union all
    select
        broken.entity as entity,
        broken.balance_day as balance_day,
        broken.currency as currency,
        'voided' as kind,
        invoice.invoice_id as document_id,
        invoice.customer_id as customer_id,
        invoice.void_day as day,
        -invoice.amount as amount
    from broken
    join core.invoice as invoice
        on invoice.currency = broken.currency
        and broken.entity in ('*', invoice.entity)
        and invoice.void_day between broken.balance_day - 31 and broken.balance_day + 7
    union all
    select
        broken.entity as entity,
        broken.balance_day as balance_day,
        broken.currency as currency,
        case when source.kind = 'payment' then 'received' else 'credited' end as kind,
        source.source_id as document_id,
        source.customer_id as customer_id,
        source.dated_day as day,
        -source.amount as amount
    from broken
    join core.source as source
        on source.currency = broken.currency
        and broken.entity in ('*', source.entity)
        and source.dated_day between broken.balance_day - 31 and broken.balance_day + 7
    union all
    select
        broken.entity as entity,
        broken.balance_day as balance_day,
        broken.currency as currency,
        'reversed' as kind,
        source.source_id as document_id,
        source.customer_id as customer_id,
        source.until_day as day,
        source.amount as amount
    from broken
    join core.source as source
        on source.currency = broken.currency
        and broken.entity in ('*', source.entity)
        and source.until_day between broken.balance_day - 31 and broken.balance_day + 7
    union all
    select
        broken.entity as entity,
        broken.balance_day as balance_day,
        broken.currency as currency,
        case when reduction.kind = 'discount' then 'discounted' else 'written_off' end as kind,
        reduction.reduction_id as document_id,
        reduction.customer_id as customer_id,
        reduction.from_day as day,
        -reduction.amount as amount
    from broken
    join core.reduction as reduction
        on reduction.currency = broken.currency
        and broken.entity in ('*', reduction.entity)
        and reduction.from_day between broken.balance_day - 31 and broken.balance_day + 7
    where reduction.fault is null
        and reduction.kind in ('discount', 'write_off', 'minor')
        and reduction.from_day < reduction.until_day
),
standing as (
    select
        broken.entity as entity,
        broken.balance_day as balance_day,
        broken.currency as currency,
        'open' as kind,
        span.invoice_id as document_id,
        span.customer_id as customer_id,
        span.issued_day as day,
        span.open_amount as amount
    from broken
    join core.open_span as span
        on span.currency = broken.currency
        and broken.entity in ('*', span.entity)
        and span.from_day <= broken.balance_day
        and broken.balance_day < span.to_day
        and abs(span.open_amount) = abs(broken.difference)
    union all
    select
        broken.entity as entity,
        broken.balance_day as balance_day,
        broken.currency as currency,
        'unapplied' as kind,
        span.source_id as document_id,
        span.customer_id as customer_id,
        span.dated_day as day,
        -span.open_amount as amount
    from broken
    join core.credit_span as span
        on span.currency = broken.currency
        and broken.entity in ('*', span.entity)
        and span.from_day <= broken.balance_day
        and broken.balance_day < span.to_day
        and abs(span.open_amount) = abs(broken.difference)
),
late_batch as (
    select
        broken.entity as entity,
        broken.balance_day as balance_day,
        broken.currency as currency,
        batch.batch as batch
    from broken
    join raw.batch as batch
        on cast(batch.landed_at as date) > broken.received_on
),
late as (
    select
        late_batch.entity as entity,
        late_batch.balance_day as balance_day,
        late_batch.currency as currency,
        'billed' as kind,
        invoice.invoice_id as document_id,
        invoice.customer_id as customer_id,
        invoice.issued_day as day,
        invoice.amount as amount
    from late_batch
    join raw.invoices as received
        on received._batch = late_batch.batch
    join core.invoice as invoice
        on invoice.invoice_id = received.invoice_id
        and invoice.currency = late_batch.currency
        and invoice.issued_day <= late_batch.balance_day
        and late_batch.entity in ('*', invoice.entity)
    union all
    select
        late_batch.entity as entity,
        late_batch.balance_day as balance_day,
        late_batch.currency as currency,
        'received' as kind,
        source.source_id as document_id,
        source.customer_id as customer_id,
        source.dated_day as day,
        -source.amount as amount
    from late_batch
    join raw.payments as received
        on received._batch = late_batch.batch
    join core.source as source
        on source.source_id = received.payment_id
        and source.currency = late_batch.currency
        and source.dated_day <= late_batch.balance_day
        and late_batch.entity in ('*', source.entity)
    union all
    select
        late_batch.entity as entity,
        late_batch.balance_day as balance_day,
        late_batch.currency as currency,
        'credited' as kind,
        source.source_id as document_id,
        source.customer_id as customer_id,
        source.dated_day as day,
        -source.amount as amount
    from late_batch
    join raw.credits as received
        on received._batch = late_batch.batch
    join core.source as source
        on source.source_id = received.credit_id
        and source.currency = late_batch.currency
        and source.dated_day <= late_batch.balance_day
        and late_batch.entity in ('*', source.entity)
    union all
    select
        late_batch.entity as entity,
        late_batch.balance_day as balance_day,
        late_batch.currency as currency,
        'written_off' as kind,
        reduction.reduction_id as document_id,
        reduction.customer_id as customer_id,
        reduction.from_day as day,
        -reduction.amount as amount
    from late_batch
    join raw.write_offs as received
        on received._batch = late_batch.batch
    join core.reduction as reduction
        on reduction.reduction_id = received.write_off_id
        and reduction.currency = late_batch.currency
        and reduction.from_day <= late_batch.balance_day
        and late_batch.entity in ('*', reduction.entity)
        and reduction.kind in ('write_off', 'minor')
),
candidate as (
    select
        broken.entity as entity,
        broken.balance_day as balance_day,
        broken.currency as currency,
        movement.kind as kind,
        movement.document_id as document_id,
        movement.customer_id as customer_id,
        movement.day as day,
        movement.amount as amount,
        case
            when movement.day <= broken.balance_day and movement.amount = -broken.difference then 'missing'
            when movement.day <= broken.balance_day and movement.amount = broken.difference then 'twice'
            when movement.day <= broken.balance_day and -2 * movement.amount = broken.difference then 'wrong_sign'
            when movement.day > broken.balance_day and movement.amount = broken.difference then 'early'
            when abs(movement.day - broken.balance_day) <= 3 and abs(movement.amount) <= abs(broken.difference) then 'near'
        end as reason
    from broken
    join movement
        on movement.entity = broken.entity
        and movement.balance_day = broken.balance_day
        and movement.currency = broken.currency
    union all
    select
        standing.entity as entity,
        standing.balance_day as balance_day,
        standing.currency as currency,
        standing.kind as kind,
        standing.document_id as document_id,
        standing.customer_id as customer_id,
        standing.day as day,
        standing.amount as amount,
        'open_item' as reason
    from standing
    union all
    select
        late.entity as entity,
        late.balance_day as balance_day,
        late.currency as currency,
        late.kind as kind,
        late.document_id as document_id,
        late.customer_id as customer_id,
        late.day as day,
        late.amount as amount,
        'landed_later' as reason
    from late
),
ranked as (
    select
        candidate.entity as entity,
        candidate.balance_day as balance_day,
        candidate.currency as currency,
        candidate.kind as kind,
        candidate.document_id as document_id,
        candidate.customer_id as customer_id,
        candidate.day as day,
        candidate.amount as amount,
        candidate.reason as reason,
        named.reason_order as reason_order,
        row_number() over (
            partition by candidate.entity, candidate.balance_day, candidate.currency, candidate.kind, candidate.document_id
            order by named.reason_order, candidate.amount desc
        ) as choice,
        row_number() over (
            partition by candidate.entity, candidate.balance_day, candidate.currency, candidate.reason
            order by abs(candidate.amount) desc, candidate.kind, candidate.document_id
        ) as place
    from candidate
    join (
        values
        ('missing', 1),
        ('twice', 2),
        ('wrong_sign', 3),
        ('early', 4),
        ('landed_later', 5),
        ('open_item', 6),
        ('near', 7)
    ) as named (reason, reason_order)
        on named.reason = candidate.reason
)
select
    ranked.entity as entity,
    broken.balance_on as balance_on,
    ranked.currency as currency,
    broken.difference as difference,
    ranked.reason as reason,
    cast(ranked.reason_order as bigint) as reason_order,
    ranked.kind as kind,
    ranked.document_id as document_id,
    ranked.customer_id as customer_id,
    dated.on_date as document_on,
    cast(ranked.amount as decimal(18, 3)) as amount
from ranked
join broken
    on broken.entity = ranked.entity
    and broken.balance_day = ranked.balance_day
    and broken.currency = ranked.currency
join raw.day as dated
    on dated.day = ranked.day
where ranked.choice = 1
    and (ranked.reason <> 'near' or ranked.place <= 50)

-- What applications settle that name no invoice: the invoices of the customer who paid, in the currency paid, oldest
-- first. What others name goes before, whatever its day; what is too much stays on account. A reversed payment settles
-- nothing this way. What cannot be placed, for want of a known source or of the invoice a discount was granted on, keeps
-- no invoice, which a check reports.
-- grain:   one row per application_id and invoice_id
-- formula: invoices in a row, each as long as what is owed on it, beside applications in a row: a part is where two overlap
-- source:  core.unnamed_application, core.unnamed_document, core.unnamed_source, raw.applications, raw.superseded, stg.write_off
-- unit:    document currency
with
named as (
    select settled.invoice_id as invoice_id, sum(settled.amount) as amount
    from (
        select document.invoice_id as invoice_id, received.amount + coalesce(received.discount, 0) as amount
        from core.unnamed_document as document
        join raw.applications as received
            on received.invoice_id = document.invoice_id
        left join raw.superseded as superseded
            on superseded.dataset = 'applications'
            and superseded.batch = received._batch
            and superseded.line = received._line
        where superseded.dataset is null
        union all
        select document.invoice_id as invoice_id, write_off.amount as amount
        from core.unnamed_document as document
        join stg.write_off as write_off
            on write_off.invoice_id = document.invoice_id
    ) as settled
    group by settled.invoice_id
),
owed as (
    select
        document.invoice_id as invoice_id,
        document.customer_id as customer_id,
        document.currency as currency,
        document.issued_day as issued_day,
        document.due_day as due_day,
        greatest(document.amount - coalesce(named.amount, 0), 0) as amount
    from core.unnamed_document as document
    left join named
        on named.invoice_id = document.invoice_id
),
room as (
    select
        owed.invoice_id as invoice_id,
        owed.customer_id as customer_id,
        owed.currency as currency,
        owed.amount as amount,
        sum(owed.amount) over (
            partition by owed.customer_id, owed.currency
            order by owed.issued_day, owed.due_day, owed.invoice_id
            rows between unbounded preceding and current row
        ) as up_to
    from owed
),
claim as (
    select
        application.application_id as application_id,
        origin.customer_id as customer_id,
        origin.currency as currency,
        application.amount as amount,
        sum(application.amount) over (
            partition by origin.customer_id, origin.currency
            order by application.applied_day, application.application_id
            rows between unbounded preceding and current row
        ) as up_to
    from core.unnamed_application as application
    join core.unnamed_source as origin
        on origin.application_id = application.application_id
    where not origin.is_reversed
        and application.discount = 0
        and application.amount > 0
),
part as (
    select
        claim.application_id as application_id,
        room.invoice_id as invoice_id,
        least(claim.up_to, room.up_to) - greatest(claim.up_to - claim.amount, room.up_to - room.amount) as amount
    from claim
    join room
        on room.customer_id = claim.customer_id
        and room.currency = claim.currency
        and room.up_to - room.amount < claim.up_to
        and claim.up_to - claim.amount < room.up_to
    union all
    select
        application.application_id as application_id,
        cast(null as varchar) as invoice_id,
        application.amount as amount
    from core.unnamed_application as application
    left join core.unnamed_source as origin
        on origin.application_id = application.application_id
    where origin.application_id is null
        or application.discount <> 0
        or application.amount <= 0
)
select
    application.application_id as application_id,
    application.source_id as source_id,
    part.invoice_id as invoice_id,
    application.applied_on as applied_on,
    application.applied_day as applied_day,
    application.applied_month as applied_month,
    cast(part.amount as decimal(18, 3)) as amount,
    application.discount as discount,
    application._batch as _batch,
    application._line as _line
from part
join core.unnamed_application as application
    on application.application_id = part.application_id
where part.amount <> 0

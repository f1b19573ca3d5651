-- What applications settle that name no invoice: the invoices of the customer who paid, in the currency paid, oldest
-- first. What others name goes before, whatever its day; what is too much stays on account. A reversed payment settles
-- nothing this way. What cannot be placed, for want of a known source or of the invoice a discount was granted on, keeps
-- no invoice, which a check reports.
-- grain:   one row per application_id and invoice_id
-- formula: invoices in a row, each as long as what is owed on it, beside applications in a row: a part is where two overlap
-- source:  raw.applications, raw.superseded, stg.credit, stg.invoice, stg.payment, stg.write_off
-- unit:    document currency
with
loose as (
    select
        received.application_id as application_id,
        received.source_id as source_id,
        received.applied_on as applied_on,
        received.applied_day as applied_day,
        received.applied_month as applied_month,
        received.amount as amount,
        coalesce(received.discount, 0) as discount,
        received._batch as _batch,
        received._line as _line
    from raw.applications as received
    left join raw.superseded as superseded
        on superseded.dataset = 'applications'
        and superseded.batch = received._batch
        and superseded.line = received._line
    where superseded.dataset is null
        and received.invoice_id is null
),
claim as (
    select
        loose.application_id as application_id,
        coalesce(payment.customer_id, credit.customer_id) as customer_id,
        coalesce(payment.currency, credit.currency) as currency,
        loose.applied_day as applied_day,
        loose.amount as amount,
        coalesce(payment.payment_id, credit.credit_id) is not null and loose.discount = 0 as is_placed,
        payment.reversed_day is not null as is_reversed
    from loose
    left join stg.payment as payment
        on payment.payment_id = loose.source_id
    left join stg.credit as credit
        on credit.credit_id = loose.source_id
),
debtor as (
    select claim.customer_id as customer_id, claim.currency as currency
    from claim
    group by claim.customer_id, claim.currency
),
document as (
    select
        invoice.invoice_id as invoice_id,
        invoice.customer_id as customer_id,
        invoice.currency as currency,
        invoice.issued_day as issued_day,
        coalesce(invoice.due_day, invoice.issued_day) as due_day,
        invoice.amount as amount
    from stg.invoice as invoice
    join debtor
        on debtor.customer_id = invoice.customer_id
        and debtor.currency = invoice.currency
    where invoice.amount > 0
        and invoice.voided_day is null
),
named as (
    select settled.invoice_id as invoice_id, sum(settled.amount) as amount
    from (
        select document.invoice_id as invoice_id, received.amount + coalesce(received.discount, 0) as amount
        from raw.applications as received
        join document
            on document.invoice_id = received.invoice_id
        left join raw.superseded as superseded
            on superseded.dataset = 'applications'
            and superseded.batch = received._batch
            and superseded.line = received._line
        where superseded.dataset is null
        union all
        select document.invoice_id as invoice_id, write_off.amount as amount
        from stg.write_off as write_off
        join document
            on document.invoice_id = write_off.invoice_id
    ) as settled
    group by settled.invoice_id
),
room as (
    select
        document.invoice_id as invoice_id,
        document.customer_id as customer_id,
        document.currency as currency,
        greatest(document.amount - coalesce(named.amount, 0), 0) as amount,
        sum(greatest(document.amount - coalesce(named.amount, 0), 0)) over (
            partition by document.customer_id, document.currency
            order by document.issued_day, document.due_day, document.invoice_id
            rows between unbounded preceding and current row
        ) as up_to
    from document
    left join named
        on named.invoice_id = document.invoice_id
),
ordered as (
    select
        claim.application_id as application_id,
        claim.customer_id as customer_id,
        claim.currency as currency,
        claim.amount as amount,
        sum(claim.amount) over (
            partition by claim.customer_id, claim.currency
            order by claim.applied_day, claim.application_id
            rows between unbounded preceding and current row
        ) as up_to
    from claim
    where claim.is_placed
        and not claim.is_reversed
        and claim.amount > 0
),
part as (
    select
        ordered.application_id as application_id,
        room.invoice_id as invoice_id,
        least(ordered.up_to, room.up_to) - greatest(ordered.up_to - ordered.amount, room.up_to - room.amount) as amount
    from ordered
    join room
        on room.customer_id = ordered.customer_id
        and room.currency = ordered.currency
        and room.up_to - room.amount < ordered.up_to
        and ordered.up_to - ordered.amount < room.up_to
    union all
    select
        claim.application_id as application_id,
        cast(null as varchar) as invoice_id,
        claim.amount as amount
    from claim
    where not claim.is_placed
        or claim.amount <= 0
)
select
    loose.application_id as application_id,
    loose.source_id as source_id,
    part.invoice_id as invoice_id,
    loose.applied_on as applied_on,
    loose.applied_day as applied_day,
    loose.applied_month as applied_month,
    cast(part.amount as decimal(18, 3)) as amount,
    cast(loose.discount as decimal(18, 3)) as discount,
    loose._batch as _batch,
    loose._line as _line
from part
join loose
    on loose.application_id = part.application_id
where part.amount <> 0

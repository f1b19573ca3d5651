-- Everything that reduces what is open of an invoice, with the days during which it does.
-- A reduction takes effect at the latest of its own, its source's and the invoice's day, and ends when its payment is
-- reversed. One whose invoice or source nobody knows, or whose source is in another currency, reduces nothing and names
-- its fault.
-- grain:  one row per application, per discount of one, per write-off of an invoice
-- part:   invoice_id
-- source: core.invoice, core.source, stg.application, stg.write_off
-- unit:   document currency of the invoice; rate is the invoice's, source_rate the receipt's or credit memo's
with
written as (
    select
        application.application_id as reduction_id,
        application.source_id as source_id,
        application.invoice_id as invoice_id,
        case when part.is_discount then 'discount' else coalesce(source.kind, 'unknown') end as kind,
        greatest(application.applied_day, source.dated_day) as from_day,
        greatest(application.applied_month, source.dated_month) as from_month,
        source.dated_day as paid_day,
        source.dated_month as paid_month,
        source.until_day as until_day,
        source.until_month as until_month,
        source.entity as source_entity,
        source.currency as source_currency,
        source.rate as source_rate,
        case when part.is_discount then application.discount else application.amount end as amount,
        case when source.source_id is null then 'source' end as fault
    from stg.application as application
    join (values (false), (true)) as part (is_discount)
        on not part.is_discount
        or application.discount <> 0
    left join core.source as source
        on source.source_id = application.source_id
    union all
    select
        write_off.write_off_id as reduction_id,
        cast(null as varchar) as source_id,
        write_off.invoice_id as invoice_id,
        case when write_off.reason = 'minor' then 'minor' else 'write_off' end as kind,
        write_off.written_off_day as from_day,
        write_off.written_off_month as from_month,
        write_off.written_off_day as paid_day,
        write_off.written_off_month as paid_month,
        2932896 as until_day,
        119999 as until_month,
        cast(null as varchar) as source_entity,
        cast(null as varchar) as source_currency,
        cast(null as decimal(28, 9)) as source_rate,
        write_off.amount as amount,
        cast(null as varchar) as fault
    from stg.write_off as write_off
    where write_off.invoice_id is not null
)
select
    written.reduction_id as reduction_id,
    written.source_id as source_id,
    written.invoice_id as invoice_id,
    written.kind as kind,
    greatest(written.from_day, invoice.issued_day) as from_day,
    greatest(written.from_month, invoice.issued_month) as from_month,
    least(written.until_day, invoice.void_day) as until_day,
    least(written.until_month, invoice.void_month) as until_month,
    greatest(written.paid_day, invoice.issued_day) as paid_day,
    greatest(written.paid_month, invoice.issued_month) as paid_month,
    cast(written.amount as decimal(18, 3)) as amount,
    case
        when invoice.invoice_id is null then 'invoice'
        when written.source_currency <> invoice.currency then 'currency'
        else written.fault
    end as fault,
    invoice.customer_id as customer_id,
    invoice.entity as entity,
    invoice.currency as currency,
    invoice.rate as rate,
    written.source_entity as source_entity,
    written.source_currency as source_currency,
    written.source_rate as source_rate,
    invoice.issued_day as issued_day,
    invoice.due_day as due_day,
    coalesce(invoice.instalments, 0) as instalments
from written
left join core.invoice as invoice
    on invoice.invoice_id = written.invoice_id

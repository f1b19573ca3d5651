-- Payments applied in the window and where each application came from.
-- grain:  one row per application and invoice it settles, largest first
-- source: core.period, core.reduction, raw.batch, raw.day, stg.application
select
    reduction.reduction_id as application_id,
    reduction.source_id as source_id,
    reduction.invoice_id as invoice_id,
    reduction.customer_id as customer_id,
    paid.on_date as paid_on,
    reduction.paid_day - reduction.issued_day as days_to_pay,
    reduction.paid_day - reduction.due_day as days_late,
    reduction.currency as currency,
    reduction.amount as amount,
    cast(reduction.amount * reduction.rate as decimal(38, 12)) as reporting_amount,
    batch.batch as batch,
    batch.file as file,
    application._line as line,
    batch.digest as digest
from core.reduction as reduction
join core.period as period
    on period.is_as_of
    and reduction.paid_day between period.window_first_day and period.end_day
    and reduction.from_day <= period.end_day
    and period.end_day < reduction.until_day
join stg.application as application
    on application.application_id = reduction.reduction_id
    and application.invoice_id = reduction.invoice_id
join raw.day as paid
    on paid.day = reduction.paid_day
join raw.batch as batch
    on batch.batch = application._batch
where reduction.kind = 'payment'
    and reduction.fault is null
order by reporting_amount desc, application_id

-- Amounts written off invoices in the window, minor differences left out, and where each came from.
-- grain:  one row per write_off_id, largest first
-- source: core.period, core.reduction, raw.batch, raw.day, stg.write_off
select
    reduction.reduction_id as write_off_id,
    reduction.invoice_id as invoice_id,
    reduction.customer_id as customer_id,
    written.on_date as written_off_on,
    reduction.currency as currency,
    reduction.amount as amount,
    cast(reduction.amount * reduction.rate as decimal(38, 12)) as reporting_amount,
    batch.batch as batch,
    batch.file as file,
    write_off._line as line,
    batch.digest as digest
from core.reduction as reduction
join core.period as period
    on period.is_as_of
    and reduction.from_day between period.window_first_day and period.end_day
    and period.end_day < reduction.until_day
join stg.write_off as write_off
    on write_off.write_off_id = reduction.reduction_id
join raw.day as written
    on written.day = reduction.from_day
join raw.batch as batch
    on batch.batch = write_off._batch
where reduction.kind = 'write_off'
    and reduction.fault is null
order by reporting_amount desc, write_off_id

-- Which batches had landed since the run before, and how many of their rows bear dates of closed months: what stands behind a
-- restatement whose cause is rows. A row counts in each month that one of its dates falls into.
-- grain:  one row per run_id, batch, dataset and month
-- source: raw.applications, raw.batch, raw.closing, raw.credits, raw.instalments, raw.invoices, raw.new_batch, raw.payments,
--         raw.previous_run, raw.rates, raw.restatement_batch, raw.run_param, raw.write_offs
-- unit:   rows as landed
with
dated as (
    select received._batch as batch, 'invoices' as dataset, received._line as line, received.issued_month as month
    from raw.invoices as received
    join raw.new_batch as landed
        on landed.batch = received._batch
    union
    select received._batch as batch, 'invoices' as dataset, received._line as line, received.due_month as month
    from raw.invoices as received
    join raw.new_batch as landed
        on landed.batch = received._batch
    union
    select received._batch as batch, 'invoices' as dataset, received._line as line, received.voided_month as month
    from raw.invoices as received
    join raw.new_batch as landed
        on landed.batch = received._batch
    union
    select received._batch as batch, 'invoices' as dataset, received._line as line, received.cleared_month as month
    from raw.invoices as received
    join raw.new_batch as landed
        on landed.batch = received._batch
    union
    select received._batch as batch, 'instalments' as dataset, received._line as line, received.due_month as month
    from raw.instalments as received
    join raw.new_batch as landed
        on landed.batch = received._batch
    union
    select received._batch as batch, 'payments' as dataset, received._line as line, received.received_month as month
    from raw.payments as received
    join raw.new_batch as landed
        on landed.batch = received._batch
    union
    select received._batch as batch, 'payments' as dataset, received._line as line, received.reversed_month as month
    from raw.payments as received
    join raw.new_batch as landed
        on landed.batch = received._batch
    union
    select received._batch as batch, 'credits' as dataset, received._line as line, received.issued_month as month
    from raw.credits as received
    join raw.new_batch as landed
        on landed.batch = received._batch
    union
    select received._batch as batch, 'applications' as dataset, received._line as line, received.applied_month as month
    from raw.applications as received
    join raw.new_batch as landed
        on landed.batch = received._batch
    union
    select received._batch as batch, 'write_offs' as dataset, received._line as line, received.written_off_month as month
    from raw.write_offs as received
    join raw.new_batch as landed
        on landed.batch = received._batch
    union
    select received._batch as batch, 'rates' as dataset, received._line as line, received.on_month as month
    from raw.rates as received
    join raw.new_batch as landed
        on landed.batch = received._batch
),
closed as (
    select max(closing.month) as last_month
    from raw.closing as closing
)
select
    param.run_id as run_id,
    previous.run_id as previous_run_id,
    batch.batch as batch,
    batch.source as source,
    batch.file as file,
    dated.dataset as dataset,
    dated.month as month,
    count(*) as rows
from dated
join closed
    on dated.month <= closed.last_month
join raw.batch as batch
    on batch.batch = dated.batch
cross join raw.previous_run as previous
cross join raw.run_param as param
group by param.run_id, previous.run_id, batch.batch, batch.source, batch.file, dated.dataset, dated.month
union all
select
    earlier.run_id as run_id,
    earlier.previous_run_id as previous_run_id,
    earlier.batch as batch,
    earlier.source as source,
    earlier.file as file,
    earlier.dataset as dataset,
    earlier.month as month,
    earlier.rows as rows
from raw.restatement_batch as earlier

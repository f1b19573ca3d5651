-- Parts of invoices that fall due on days of their own, each in its latest known version.
-- grain:  one row per invoice_id, number
-- source: raw.batch, raw.instalments
with
repeated as (
    select
        received.invoice_id as invoice_id,
        received.number as number
    from raw.instalments as received
    group by received.invoice_id, received.number
    having count(*) > 1
),
version as (
    select
        received.invoice_id as invoice_id,
        received.number as number,
        received.due_on as due_on,
        received.due_day as due_day,
        received.due_month as due_month,
        received.amount as amount,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.invoice_id, received.number
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.instalments as received
    join repeated
        on repeated.invoice_id = received.invoice_id
        and repeated.number = received.number
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.invoice_id as invoice_id,
    received.number as number,
    received.due_on as due_on,
    received.due_day as due_day,
    received.due_month as due_month,
    received.amount as amount,
    received._batch as _batch,
    received._line as _line
from raw.instalments as received
left join repeated
    on repeated.invoice_id = received.invoice_id
    and repeated.number = received.number
where repeated.invoice_id is null
union all
select
    version.invoice_id as invoice_id,
    version.number as number,
    version.due_on as due_on,
    version.due_day as due_day,
    version.due_month as due_month,
    version.amount as amount,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

-- Promises to pay, each in its latest known version.
-- grain:  one row per promise_id
-- source: raw.batch, raw.promises
with
repeated as (
    select
        received.promise_id as promise_id
    from raw.promises as received
    group by received.promise_id
    having count(*) > 1
),
version as (
    select
        received.promise_id as promise_id,
        received.customer_id as customer_id,
        received.invoice_id as invoice_id,
        received.made_on as made_on,
        received.made_day as made_day,
        received.made_month as made_month,
        received.due_on as due_on,
        received.due_day as due_day,
        received.due_month as due_month,
        received.amount as amount,
        received.currency as currency,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.promise_id
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.promises as received
    join repeated
        on repeated.promise_id = received.promise_id
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.promise_id as promise_id,
    received.customer_id as customer_id,
    received.invoice_id as invoice_id,
    received.made_on as made_on,
    received.made_day as made_day,
    received.made_month as made_month,
    received.due_on as due_on,
    received.due_day as due_day,
    received.due_month as due_month,
    received.amount as amount,
    received.currency as currency,
    received._batch as _batch,
    received._line as _line
from raw.promises as received
left join repeated
    on repeated.promise_id = received.promise_id
where repeated.promise_id is null
union all
select
    version.promise_id as promise_id,
    version.customer_id as customer_id,
    version.invoice_id as invoice_id,
    version.made_on as made_on,
    version.made_day as made_day,
    version.made_month as made_month,
    version.due_on as due_on,
    version.due_day as due_day,
    version.due_month as due_month,
    version.amount as amount,
    version.currency as currency,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

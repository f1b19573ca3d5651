-- Receipts from customers, each in its latest known version.
-- grain:  one row per payment_id
-- source: raw.batch, raw.payments
with
repeated as (
    select
        received.payment_id as payment_id
    from raw.payments as received
    group by received.payment_id
    having count(*) > 1
),
version as (
    select
        received.payment_id as payment_id,
        received.customer_id as customer_id,
        received.received_on as received_on,
        received.received_day as received_day,
        received.received_month as received_month,
        received.amount as amount,
        received.currency as currency,
        received.method as method,
        received.reference as reference,
        received.reversed_on as reversed_on,
        received.reversed_day as reversed_day,
        received.reversed_month as reversed_month,
        received.rate as rate,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.payment_id
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.payments as received
    join repeated
        on repeated.payment_id = received.payment_id
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.payment_id as payment_id,
    received.customer_id as customer_id,
    received.received_on as received_on,
    received.received_day as received_day,
    received.received_month as received_month,
    received.amount as amount,
    received.currency as currency,
    received.method as method,
    received.reference as reference,
    received.reversed_on as reversed_on,
    received.reversed_day as reversed_day,
    received.reversed_month as reversed_month,
    received.rate as rate,
    received._batch as _batch,
    received._line as _line
from raw.payments as received
left join repeated
    on repeated.payment_id = received.payment_id
where repeated.payment_id is null
union all
select
    version.payment_id as payment_id,
    version.customer_id as customer_id,
    version.received_on as received_on,
    version.received_day as received_day,
    version.received_month as received_month,
    version.amount as amount,
    version.currency as currency,
    version.method as method,
    version.reference as reference,
    version.reversed_on as reversed_on,
    version.reversed_day as reversed_day,
    version.reversed_month as reversed_month,
    cast(version.rate as decimal(28, 9)) as rate,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

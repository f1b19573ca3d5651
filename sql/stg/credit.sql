-- Credit memos, each in its latest known version.
-- grain:  one row per credit_id
-- source: raw.batch, raw.credits
with
repeated as (
    select
        received.credit_id as credit_id
    from raw.credits as received
    group by received.credit_id
    having count(*) > 1
),
version as (
    select
        received.credit_id as credit_id,
        received.customer_id as customer_id,
        received.issued_on as issued_on,
        received.issued_day as issued_day,
        received.issued_month as issued_month,
        received.amount as amount,
        received.currency as currency,
        received.reason as reason,
        received.invoice_id as invoice_id,
        received.rate as rate,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.credit_id
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.credits as received
    join repeated
        on repeated.credit_id = received.credit_id
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.credit_id as credit_id,
    received.customer_id as customer_id,
    received.issued_on as issued_on,
    received.issued_day as issued_day,
    received.issued_month as issued_month,
    received.amount as amount,
    received.currency as currency,
    received.reason as reason,
    received.invoice_id as invoice_id,
    received.rate as rate,
    received._batch as _batch,
    received._line as _line
from raw.credits as received
left join repeated
    on repeated.credit_id = received.credit_id
where repeated.credit_id is null
union all
select
    version.credit_id as credit_id,
    version.customer_id as customer_id,
    version.issued_on as issued_on,
    version.issued_day as issued_day,
    version.issued_month as issued_month,
    version.amount as amount,
    version.currency as currency,
    version.reason as reason,
    version.invoice_id as invoice_id,
    cast(version.rate as decimal(28, 9)) as rate,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

-- Agreed prices, each in its latest known version.
-- grain:  one row per customer_id, product, valid_from
-- source: raw.batch, raw.prices
with
repeated as (
    select
        received.customer_id as customer_id,
        received.product as product,
        received.valid_from as valid_from
    from raw.prices as received
    group by received.customer_id, received.product, received.valid_from
    having count(*) > 1
),
version as (
    select
        received.customer_id as customer_id,
        received.product as product,
        received.valid_from as valid_from,
        received.valid_from_day as valid_from_day,
        received.valid_from_month as valid_from_month,
        received.valid_to as valid_to,
        received.valid_to_day as valid_to_day,
        received.valid_to_month as valid_to_month,
        received.price as price,
        received.currency as currency,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.customer_id, received.product, received.valid_from
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.prices as received
    join repeated
        on repeated.customer_id = received.customer_id
        and repeated.product = received.product
        and repeated.valid_from = received.valid_from
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.customer_id as customer_id,
    received.product as product,
    received.valid_from as valid_from,
    received.valid_from_day as valid_from_day,
    received.valid_from_month as valid_from_month,
    received.valid_to as valid_to,
    received.valid_to_day as valid_to_day,
    received.valid_to_month as valid_to_month,
    received.price as price,
    received.currency as currency,
    received._batch as _batch,
    received._line as _line
from raw.prices as received
left join repeated
    on repeated.customer_id = received.customer_id
    and repeated.product = received.product
    and repeated.valid_from = received.valid_from
where repeated.customer_id is null
union all
select
    version.customer_id as customer_id,
    version.product as product,
    version.valid_from as valid_from,
    version.valid_from_day as valid_from_day,
    version.valid_from_month as valid_from_month,
    version.valid_to as valid_to,
    version.valid_to_day as valid_to_day,
    version.valid_to_month as valid_to_month,
    version.price as price,
    version.currency as currency,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

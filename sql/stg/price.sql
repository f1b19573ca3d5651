-- Agreed prices, each in its latest known version.
-- grain:  one row per customer_id, product, valid_from
-- source: raw.prices, raw.superseded
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
left join raw.superseded as superseded
    on superseded.dataset = 'prices'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

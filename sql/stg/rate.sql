-- Exchange rates, one unit of the first currency in the second, each in its latest known version.
-- grain:  one row per from_currency, to_currency, rate_on
-- source: raw.rates, raw.superseded
select
    received.from_currency as from_currency,
    received.to_currency as to_currency,
    received."on" as rate_on,
    received.on_day as rate_day,
    received.on_month as rate_month,
    cast(received.rate as decimal(28, 9)) as rate,
    received._batch as _batch,
    received._line as _line
from raw.rates as received
left join raw.superseded as superseded
    on superseded.dataset = 'rates'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

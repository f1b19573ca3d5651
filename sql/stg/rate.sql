-- Exchange rates, one unit of the first currency in the second, each in its latest known version.
-- grain:  one row per from_currency, to_currency, rate_on
-- source: raw.batch, raw.rates
with
repeated as (
    select
        received.from_currency as from_currency,
        received.to_currency as to_currency,
        received."on" as rate_on
    from raw.rates as received
    group by received.from_currency, received.to_currency, received."on"
    having count(*) > 1
),
version as (
    select
        received.from_currency as from_currency,
        received.to_currency as to_currency,
        received."on" as rate_on,
        received.on_day as rate_day,
        received.on_month as rate_month,
        received.rate as rate,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.from_currency, received.to_currency, received."on"
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.rates as received
    join repeated
        on repeated.from_currency = received.from_currency
        and repeated.to_currency = received.to_currency
        and repeated.rate_on = received."on"
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.from_currency as from_currency,
    received.to_currency as to_currency,
    received."on" as rate_on,
    received.on_day as rate_day,
    received.on_month as rate_month,
    received.rate as rate,
    received._batch as _batch,
    received._line as _line
from raw.rates as received
left join repeated
    on repeated.from_currency = received.from_currency
    and repeated.to_currency = received.to_currency
    and repeated.rate_on = received."on"
where repeated.from_currency is null
union all
select
    version.from_currency as from_currency,
    version.to_currency as to_currency,
    version.rate_on as rate_on,
    version.rate_day as rate_day,
    version.rate_month as rate_month,
    cast(version.rate as decimal(28, 9)) as rate,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

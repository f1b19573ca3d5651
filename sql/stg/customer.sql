-- Customers as master data knows them, each in its latest known version.
-- grain:  one row per customer_id
-- source: raw.batch, raw.customers
with
repeated as (
    select
        received.customer_id as customer_id
    from raw.customers as received
    group by received.customer_id
    having count(*) > 1
),
version as (
    select
        received.customer_id as customer_id,
        received.name as name,
        received.parent_id as parent_id,
        received.entity as entity,
        received.segment as segment,
        received.country as country,
        received.currency as currency,
        received.terms_days as terms_days,
        received.credit_limit as credit_limit,
        received.collector as collector,
        received.email as email,
        received.language as language,
        received.risk_class as risk_class,
        received.on_hold as on_hold,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.customer_id
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.customers as received
    join repeated
        on repeated.customer_id = received.customer_id
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.customer_id as customer_id,
    received.name as name,
    received.parent_id as parent_id,
    received.entity as entity,
    received.segment as segment,
    received.country as country,
    received.currency as currency,
    received.terms_days as terms_days,
    received.credit_limit as credit_limit,
    received.collector as collector,
    received.email as email,
    received.language as language,
    received.risk_class as risk_class,
    received.on_hold as on_hold,
    received._batch as _batch,
    received._line as _line
from raw.customers as received
left join repeated
    on repeated.customer_id = received.customer_id
where repeated.customer_id is null
union all
select
    version.customer_id as customer_id,
    version.name as name,
    version.parent_id as parent_id,
    version.entity as entity,
    version.segment as segment,
    version.country as country,
    version.currency as currency,
    version.terms_days as terms_days,
    version.credit_limit as credit_limit,
    version.collector as collector,
    version.email as email,
    version.language as language,
    version.risk_class as risk_class,
    version.on_hold as on_hold,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

-- Customers as master data knows them, each in its latest known version.
-- grain:  one row per customer_id
-- source: raw.customers, raw.superseded
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
left join raw.superseded as superseded
    on superseded.dataset = 'customers'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

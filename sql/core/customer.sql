-- Customers of master data and, so that no document is lost, those that only documents name.
-- grain:  one row per customer_id
-- source: core.assignment, core.invoice, core.source, raw.setting, stg.customer
with
named as (
    select invoice.customer_id as customer_id from core.invoice as invoice group by invoice.customer_id
    union
    select source.customer_id as customer_id from core.source as source group by source.customer_id
    union
    select customer.customer_id as customer_id from stg.customer as customer
)
select
    named.customer_id as customer_id,
    coalesce(customer.name, named.customer_id) as name,
    coalesce(customer.parent_id, named.customer_id) as parent_id,
    coalesce(customer.entity, setting.entity) as entity,
    coalesce(customer.segment, '(none)') as segment,
    coalesce(customer.country, '(none)') as country,
    coalesce(assigned.collector, customer.collector, '(none)') as collector,
    customer.currency as currency,
    customer.terms_days as terms_days,
    customer.credit_limit as credit_limit,
    customer.email as email,
    customer.language as language,
    customer.risk_class as risk_class,
    coalesce(customer.on_hold, false) as on_hold,
    customer.customer_id is not null as in_master_data
from named
cross join raw.setting as setting
left join stg.customer as customer
    on customer.customer_id = named.customer_id
left join core.assignment as assigned
    on assigned.customer_id = named.customer_id

-- Legal entities and the currency each keeps its books in: what the configuration says, else that of its control accounts where these
-- are in one currency, else the reporting currency.
-- grain:  one row per entity that a document names
-- source: core.flow, raw.entity_currency, raw.setting, stg.gl_balance
with
named as (
    select flow.entity as entity
    from core.flow as flow
    group by flow.entity
),
kept as (
    select
        coalesce(balance.entity, setting.entity) as entity,
        min(balance.currency) as currency
    from stg.gl_balance as balance
    cross join raw.setting as setting
    group by coalesce(balance.entity, setting.entity)
    having min(balance.currency) = max(balance.currency)
)
select
    named.entity as entity,
    coalesce(declared.currency, kept.currency, setting.reporting_currency) as currency
from named
cross join raw.setting as setting
left join raw.entity_currency as declared
    on declared.entity = named.entity
left join kept
    on kept.entity = named.entity

-- Aging by either basis holds every open item once, in every entity and currency.
-- severity: error
-- source:   mart.aging, mart.open_item
with
aged as (
    select aging.basis as basis, aging.entity as entity, aging.currency as currency, sum(aging.open_amount) as amount
    from mart.aging as aging
    group by aging.basis, aging.entity, aging.currency
),
listed as (
    select named.basis as basis, item.entity as entity, item.currency as currency, sum(item.open_amount) as amount
    from mart.open_item as item
    cross join (values ('due'), ('invoice')) as named (basis)
    group by named.basis, item.entity, item.currency
)
select
    coalesce(aged.basis, listed.basis) as basis,
    coalesce(aged.entity, listed.entity) as entity,
    coalesce(aged.currency, listed.currency) as currency,
    aged.amount as aged_amount,
    listed.amount as listed_amount
from aged
full join listed
    on listed.basis = aged.basis
    and listed.entity = aged.entity
    and listed.currency = aged.currency
where aged.amount is distinct from listed.amount

-- Which entity, currency and member rows add up to which member of which dimension; '' is everything.
-- A promise counts where nothing was billed yet: money may be promised before the invoice comes, or in another currency.
-- grain:  one row per dimension, scope_member, entity, currency and member
-- source: core.balance, core.dispute_at, core.member, core.paid, core.promise, core.received, core.sale, raw.run_param
with
cell as (
    select balance.entity as entity, balance.currency as currency, balance.member as member
    from core.balance as balance
    union
    select sale.entity as entity, sale.currency as currency, sale.member as member
    from core.sale as sale
    union
    select paid.entity as entity, paid.currency as currency, paid.member as member
    from core.paid as paid
    union
    select received.entity as entity, received.currency as currency, received.member as member
    from core.received as received
    union
    select dispute.entity as entity, dispute.currency as currency, dispute.member as member
    from core.dispute_at as dispute
    union
    select promise.entity as entity, promise.currency as currency, coalesce(member.member, '') as member
    from core.promise as promise
    left join core.member as member
        on member.customer_id = promise.customer_id
)
select '' as dimension, '' as scope_member, cell.entity as entity, cell.currency as currency, cell.member as member
from cell
union all
select 'entity' as dimension, cell.entity as scope_member, cell.entity as entity, cell.currency as currency, cell.member as member
from cell
union all
select 'currency' as dimension, cell.currency as scope_member, cell.entity as entity, cell.currency as currency, cell.member as member
from cell
union all
select param.by_dimension as dimension, cell.member as scope_member, cell.entity as entity, cell.currency as currency, cell.member as member
from cell
cross join raw.run_param as param
where cell.member <> ''

-- Open items less unapplied credits are billed less received, credited and written off, at the end of every period.
-- severity: error
-- source:   core.balance, core.control
with
open_side as (
    select balance.month as month, balance.entity as entity, balance.currency as currency, sum(balance.open_amount) as amount
    from core.balance as balance
    group by balance.month, balance.entity, balance.currency
)
select
    coalesce(open_side.month, control.month) as month,
    coalesce(open_side.entity, control.entity) as entity,
    coalesce(open_side.currency, control.currency) as currency,
    coalesce(open_side.amount, 0) as open_amount,
    coalesce(control.amount, 0) as documents_amount
from open_side
full join core.control as control
    on control.month = open_side.month
    and control.entity = open_side.entity
    and control.currency = open_side.currency
where coalesce(open_side.amount, 0) <> coalesce(control.amount, 0)

-- The control account of the general ledger against the sub-ledger, on the last day for which there is a balance.
-- grain:   one row per entity and currency; entity * is a balance of the whole company
-- formula: difference = general ledger - sub-ledger
-- source:  mart.control_account
-- unit:    the account's currency
with
latest as (
    select control.entity as entity, max(control.balance_on) as balance_on
    from mart.control_account as control
    group by control.entity
)
select
    control.entity as entity,
    control.account as account,
    control.balance_on as balance_on,
    control.currency as currency,
    control.gl_amount as gl_amount,
    control.subledger_amount as subledger_amount,
    control.difference as difference
from mart.control_account as control
join latest
    on latest.entity = control.entity
    and latest.balance_on = control.balance_on
order by control.entity, control.currency

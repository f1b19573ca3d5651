-- The control account of the general ledger is what the sub-ledger says, on every day for which there is a balance.
-- severity: warn
-- source:   mart.control_account
select
    control.entity as entity,
    control.account as account,
    control.balance_on as balance_on,
    control.currency as currency,
    control.gl_amount as gl_amount,
    control.subledger_amount as subledger_amount,
    control.difference as difference
from mart.control_account as control
where control.difference <> 0

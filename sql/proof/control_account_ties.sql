-- The control account of the general ledger against the sub-ledger, on the newest day for which there is a balance.
-- grain:  one row per entity, account and currency; compared counts the days that were compared
-- source: mart.control_account
-- unit:   the account's currency
with
newest as (
    select control.entity as entity, control.currency as currency, max(control.balance_day) as balance_day, count(*) as compared
    from mart.control_account as control
    group by control.entity, control.currency
)
select
    control.entity || ' account ' || control.account as part,
    control.currency as currency,
    newest.compared as compared,
    'general ledger' as left_side,
    control.gl_amount as left_amount,
    'sub-ledger' as right_side,
    control.subledger_amount as right_amount
from mart.control_account as control
join newest
    on newest.entity = control.entity
    and newest.currency = control.currency
    and newest.balance_day = control.balance_day
order by part, currency

-- Balances of the receivables control account, each in its latest known version.
-- grain:  one row per entity, account, balance_on
-- source: raw.gl_balances, raw.superseded
select
    received.entity as entity,
    received.account as account,
    received."on" as balance_on,
    received.on_day as balance_day,
    received.on_month as balance_month,
    received.amount as amount,
    received.currency as currency,
    received._batch as _batch,
    received._line as _line
from raw.gl_balances as received
left join raw.superseded as superseded
    on superseded.dataset = 'gl_balances'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

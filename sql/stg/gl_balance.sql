-- Balances of the receivables control account, each in its latest known version.
-- grain:  one row per entity, account, balance_on
-- source: raw.batch, raw.gl_balances
with
repeated as (
    select
        coalesce(received.entity, '') as entity,
        received.account as account,
        received."on" as balance_on
    from raw.gl_balances as received
    group by coalesce(received.entity, ''), received.account, received."on"
    having count(*) > 1
),
version as (
    select
        received.entity as entity,
        received.account as account,
        received."on" as balance_on,
        received.on_day as balance_day,
        received.on_month as balance_month,
        received.amount as amount,
        received.currency as currency,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by coalesce(received.entity, ''), received.account, received."on"
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.gl_balances as received
    join repeated
        on repeated.entity = coalesce(received.entity, '')
        and repeated.account = received.account
        and repeated.balance_on = received."on"
    join raw.batch as batch
        on batch.batch = received._batch
)
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
left join repeated
    on repeated.entity = coalesce(received.entity, '')
    and repeated.account = received.account
    and repeated.balance_on = received."on"
where repeated.entity is null
union all
select
    version.entity as entity,
    version.account as account,
    version.balance_on as balance_on,
    version.balance_day as balance_day,
    version.balance_month as balance_month,
    version.amount as amount,
    version.currency as currency,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

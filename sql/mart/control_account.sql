-- The control account of the general ledger against the sub-ledger, on every day for which there is a balance.
-- A currency that has open items on such a day and no account stands against 0.
-- grain:   one row per entity, balance_on and currency; several accounts of an entity in one currency are taken together, account
--          is * then, as it is for none. A balance of no entity is that of the whole company, whose entity is *
-- formula: sub-ledger = open items - unapplied receipts and credit memos on the day; difference = general ledger - sub-ledger
-- source:  core.position_change, raw.day, raw.run_param, stg.gl_balance
-- unit:    the account's currency
with
booked as (
    select
        coalesce(balance.entity, '*') as entity,
        balance.balance_day as day,
        balance.currency as currency,
        min(balance.account) as first_account,
        max(balance.account) as last_account,
        count(*) as accounts,
        sum(balance.amount) as amount
    from stg.gl_balance as balance
    cross join raw.run_param as param
    where balance.balance_day <= param.as_of_day
    group by coalesce(balance.entity, '*'), balance.balance_day, balance.currency
),
closed as (
    select booked.entity as entity, booked.day as day
    from booked
    group by booked.entity, booked.day
),
listed as (
    select
        closed.entity as entity,
        closed.day as day,
        change.currency as currency,
        sum(change.open_amount) as open_amount,
        sum(change.unapplied_amount) as unapplied_amount
    from closed
    join core.position_change as change
        on change.day <= closed.day
        and closed.entity in ('*', change.entity)
    group by closed.entity, closed.day, change.currency
),
compared as (
    select
        coalesce(booked.entity, listed.entity) as entity,
        coalesce(booked.day, listed.day) as day,
        coalesce(booked.currency, listed.currency) as currency,
        case when booked.first_account = booked.last_account then booked.first_account else '*' end as account,
        coalesce(booked.accounts, 0) as accounts,
        coalesce(booked.amount, 0) as gl_amount,
        coalesce(listed.open_amount, 0) as open_amount,
        coalesce(listed.unapplied_amount, 0) as unapplied_amount
    from booked
    full join listed
        on listed.entity = booked.entity
        and listed.day = booked.day
        and listed.currency = booked.currency
)
select
    compared.entity as entity,
    compared.account as account,
    compared.accounts as accounts,
    day.on_date as balance_on,
    compared.day as balance_day,
    compared.currency as currency,
    cast(compared.gl_amount as decimal(38, 3)) as gl_amount,
    cast(compared.open_amount as decimal(38, 3)) as open_amount,
    cast(compared.unapplied_amount as decimal(38, 3)) as unapplied_amount,
    cast(compared.open_amount - compared.unapplied_amount as decimal(38, 3)) as subledger_amount,
    cast(compared.gl_amount - compared.open_amount + compared.unapplied_amount as decimal(38, 3)) as difference
from compared
join raw.day as day
    on day.day = compared.day
where compared.accounts > 0
    or compared.open_amount - compared.unapplied_amount <> 0

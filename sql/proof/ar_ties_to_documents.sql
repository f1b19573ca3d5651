-- Open items less unapplied credits against the documents, on the day the books are read.
-- grain:  one row per entity and currency; compared counts the month-ends that were compared
-- source: core.balance, core.control, core.period
-- unit:   document currency
with
listed as (
    select
        balance.entity as entity,
        balance.currency as currency,
        sum(case when period.is_as_of then balance.open_amount else 0 end) as amount
    from core.balance as balance
    join core.period as period
        on period.month = balance.month
    group by balance.entity, balance.currency
),
moved as (
    select
        control.entity as entity,
        control.currency as currency,
        count(*) as compared,
        sum(case when period.is_as_of then control.amount else 0 end) as amount
    from core.control as control
    join core.period as period
        on period.month = control.month
    group by control.entity, control.currency
)
select
    moved.entity as part,
    moved.currency as currency,
    moved.compared as compared,
    'open items - unapplied' as left_side,
    coalesce(listed.amount, 0) as left_amount,
    'billed - received - credited - written off' as right_side,
    moved.amount as right_amount
from moved
left join listed
    on listed.entity = moved.entity
    and listed.currency = moved.currency
order by part, currency

-- Open items less what is unapplied against what was billed, received, credited and written off, on the last day on which anything happened.
-- grain:  one row per entity and currency; compared counts the days that were compared
-- source: core.flow, core.position_change
-- unit:   document currency
with
listed as (
    select
        change.entity as entity,
        change.currency as currency,
        count(*) as compared,
        sum(change.open_amount - change.unapplied_amount) as amount
    from core.position_change as change
    group by change.entity, change.currency
),
moved as (
    select flow.entity as entity, flow.currency as currency, sum(flow.amount) as amount
    from core.flow as flow
    group by flow.entity, flow.currency
)
select
    coalesce(listed.entity, moved.entity) as part,
    coalesce(listed.currency, moved.currency) as currency,
    coalesce(listed.compared, 0) as compared,
    'open items - unapplied' as left_side,
    coalesce(listed.amount, 0) as left_amount,
    'billed - received - credited - written off' as right_side,
    coalesce(moved.amount, 0) as right_amount
from listed
full join moved
    on moved.entity = listed.entity
    and moved.currency = listed.currency
order by part, currency

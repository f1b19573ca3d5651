-- On every day on which anything happens, open items less what is unapplied move by what was billed, received, credited and written off.
-- severity: error
-- source:   core.flow, core.position_change
with
moved as (
    select flow.entity as entity, flow.currency as currency, flow.day as day, sum(flow.amount) as amount
    from core.flow as flow
    group by flow.entity, flow.currency, flow.day
)
select
    coalesce(change.entity, moved.entity) as entity,
    coalesce(change.currency, moved.currency) as currency,
    coalesce(change.day, moved.day) as day,
    coalesce(change.open_amount - change.unapplied_amount, 0) as open_change,
    coalesce(moved.amount, 0) as documents_change
from core.position_change as change
full join moved
    on moved.entity = change.entity
    and moved.currency = change.currency
    and moved.day = change.day
where coalesce(change.open_amount - change.unapplied_amount, 0) <> coalesce(moved.amount, 0)

-- Disputes that came in, were closed and are left, week by week.
-- grain:   one row per week and entity
-- source:  mart.dispute_flow
-- unit:    cases; reporting currency
select
    flow.week_on as week_on,
    flow.entity as entity,
    flow.opened as opened,
    flow.closed as closed,
    flow.backlog as backlog,
    flow.opened_amount as opened_amount,
    flow.closed_amount as closed_amount,
    flow.backlog_amount as backlog_amount
from mart.dispute_flow as flow
order by flow.week_on, flow.entity

-- Disputes that came in, were closed and are left, week by week.
-- grain:   one row per week and entity with a dispute opened by its end
-- formula: backlog = open at the end of the week = backlog of the week before + opened - closed
-- source:  core.dispute, core.week
-- unit:    cases; reporting currency at the invoice's rate
select
    week.first_on as week_on,
    dispute.entity as entity,
    cast(sum(case when dispute.opened_day between week.first_day and week.last_day then 1 else 0 end) as bigint) as opened,
    cast(sum(case when dispute.resolved_day between week.first_day and week.last_day then 1 else 0 end) as bigint) as closed,
    cast(sum(case when dispute.resolved_day > week.last_day then 1 else 0 end) as bigint) as backlog,
    cast(sum(case
        when dispute.opened_day between week.first_day and week.last_day then dispute.amount * dispute.rate
        else 0
    end) as decimal(38, 12)) as opened_amount,
    cast(sum(case
        when dispute.resolved_day between week.first_day and week.last_day then dispute.amount * dispute.rate
        else 0
    end) as decimal(38, 12)) as closed_amount,
    cast(sum(case
        when dispute.resolved_day > week.last_day then dispute.amount * dispute.rate
        else 0
    end) as decimal(38, 12)) as backlog_amount
from core.week as week
join core.dispute as dispute
    on dispute.opened_day <= week.last_day
group by week.first_on, dispute.entity

-- Disputes of every scope: open at the end of a period, opened and resolved in its window.
-- grain:   one row per month, dimension and scope_member
-- formula: cycle = resolved - opened in calendar days, cases resolved in the window, withdrawn ones out; medians exact;
--          first response likewise, of disputes answered in the window, in hours
-- source:  core.dispute_at, core.scope, core.scope_period
-- unit:    reporting currency; days; hours
with
dispute as (
    select
        at_end.month as month,
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        at_end.dispute_id as dispute_id,
        at_end.is_open as is_open,
        at_end.is_incurred as is_incurred,
        at_end.is_resolved as is_resolved,
        at_end.is_answered as is_answered,
        at_end.is_open and at_end.is_silent as is_unanswered,
        at_end.response_seconds as response_seconds,
        at_end.outcome as outcome,
        at_end.age_days as age_days,
        at_end.cycle_days as cycle_days,
        at_end.reporting_amount as reporting_amount,
        at_end.upheld_amount as upheld_amount,
        at_end.recovered_amount as recovered_amount
    from core.dispute_at as at_end
    join core.scope as scope
        on scope.entity = at_end.entity
        and scope.currency = at_end.currency
        and scope.member = at_end.member
),
summed as (
    select
        dispute.month as month,
        dispute.dimension as dimension,
        dispute.scope_member as scope_member,
        sum(case when dispute.is_open then dispute.reporting_amount else 0 end) as open_amount,
        sum(case when dispute.is_incurred then dispute.reporting_amount else 0 end) as incurred_amount,
        sum(case when dispute.is_open then dispute.age_days else 0 end) as open_days,
        sum(case when dispute.is_open then 1 else 0 end) as open_cases,
        sum(case when dispute.is_resolved then dispute.cycle_days else 0 end) as cycle_days,
        sum(case when dispute.is_resolved then 1 else 0 end) as resolved_cases,
        sum(case when dispute.is_resolved and dispute.outcome = 'valid' then 1 else 0 end) as valid_cases,
        sum(case when dispute.is_resolved and dispute.outcome = 'invalid' then 1 else 0 end) as won_cases,
        sum(case when dispute.is_resolved then dispute.reporting_amount else 0 end) as resolved_amount,
        sum(case when dispute.is_resolved then dispute.upheld_amount else 0 end) as upheld_amount,
        sum(case when dispute.is_resolved then dispute.recovered_amount else 0 end) as recovered_amount,
        sum(case when dispute.is_answered then dispute.response_seconds else 0 end) as response_seconds,
        sum(case when dispute.is_answered then 1 else 0 end) as answered_cases,
        sum(case when dispute.is_unanswered then 1 else 0 end) as unanswered_cases
    from dispute
    group by dispute.month, dispute.dimension, dispute.scope_member
),
ranked as (
    select
        dispute.month as month,
        dispute.dimension as dimension,
        dispute.scope_member as scope_member,
        dispute.cycle_days as cycle_days,
        row_number() over (
            partition by dispute.month, dispute.dimension, dispute.scope_member
            order by dispute.cycle_days, dispute.dispute_id
        ) as place,
        count(*) over (partition by dispute.month, dispute.dimension, dispute.scope_member) as cases
    from dispute
    where dispute.is_resolved
),
middle as (
    select
        ranked.month as month,
        ranked.dimension as dimension,
        ranked.scope_member as scope_member,
        avg(ranked.cycle_days * 1e0) as median_days
    from ranked
    where 2 * ranked.place between ranked.cases and ranked.cases + 2
    group by ranked.month, ranked.dimension, ranked.scope_member
),
answered as (
    select
        dispute.month as month,
        dispute.dimension as dimension,
        dispute.scope_member as scope_member,
        dispute.response_seconds as response_seconds,
        row_number() over (
            partition by dispute.month, dispute.dimension, dispute.scope_member
            order by dispute.response_seconds, dispute.dispute_id
        ) as place,
        count(*) over (partition by dispute.month, dispute.dimension, dispute.scope_member) as cases
    from dispute
    where dispute.is_answered
),
middle_answer as (
    select
        answered.month as month,
        answered.dimension as dimension,
        answered.scope_member as scope_member,
        avg(answered.response_seconds * 1e0) / 3600 as median_hours
    from answered
    where 2 * answered.place between answered.cases and answered.cases + 2
    group by answered.month, answered.dimension, answered.scope_member
)
select
    grid.month as month,
    grid.dimension as dimension,
    grid.scope_member as scope_member,
    cast(coalesce(summed.open_amount, 0) as decimal(38, 12)) as open_amount,
    cast(coalesce(summed.incurred_amount, 0) as decimal(38, 12)) as incurred_amount,
    coalesce(summed.open_cases, 0) as open_cases,
    coalesce(summed.resolved_cases, 0) as resolved_cases,
    summed.open_days * 1e0 / nullif(summed.open_cases, 0) as open_age_days,
    summed.cycle_days * 1e0 / nullif(summed.resolved_cases, 0) as cycle_days,
    middle.median_days as median_days,
    coalesce(summed.unanswered_cases, 0) as unanswered_cases,
    summed.response_seconds * 1e0 / 3600 / nullif(summed.answered_cases, 0) as response_hours,
    middle_answer.median_hours as median_hours,
    coalesce(summed.valid_cases, 0) as valid_cases,
    coalesce(summed.won_cases, 0) as won_cases,
    cast(coalesce(summed.resolved_amount, 0) as decimal(38, 12)) as resolved_amount,
    cast(coalesce(summed.upheld_amount, 0) as decimal(38, 12)) as upheld_amount,
    cast(coalesce(summed.recovered_amount, 0) as decimal(38, 12)) as recovered_amount
from core.scope_period as grid
left join summed
    on summed.month = grid.month
    and summed.dimension = grid.dimension
    and summed.scope_member = grid.scope_member
left join middle
    on middle.month = grid.month
    and middle.dimension = grid.dimension
    and middle.scope_member = grid.scope_member
left join middle_answer
    on middle_answer.month = grid.month
    and middle_answer.dimension = grid.dimension
    and middle_answer.scope_member = grid.scope_member

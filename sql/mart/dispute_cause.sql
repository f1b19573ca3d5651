-- What customers dispute and how it ended, in money: reason to outcome.
-- grain:   one row per entity, reason and outcome (open where the case is not closed)
-- formula: credited is what was given back; days are from opening to closing, of open cases to the day the books are read
-- source:  core.dispute, core.period
-- unit:    cases; reporting currency at the invoice's rate; calendar days; first_response_hours is the mean over answered cases
with
known as (
    select
        dispute.dispute_id as dispute_id,
        dispute.entity as entity,
        coalesce(dispute.reason, '(none)') as reason,
        case
            when period.end_day < dispute.resolved_day then 'open'
            else coalesce(dispute.outcome, '(none)')
        end as outcome,
        least(dispute.resolved_day, period.end_day) - dispute.opened_day as days,
        case
            when dispute.first_response_day <= period.end_day then dispute.first_response_second - dispute.opened_second
        end as response_seconds,
        dispute.amount * dispute.rate as amount,
        coalesce(dispute.credited, 0) * dispute.rate as credited,
        coalesce(dispute.recovered, 0) * dispute.rate as recovered
    from core.dispute as dispute
    join core.period as period
        on period.is_as_of
        and dispute.opened_day <= period.end_day
),
placed as (
    select
        known.entity as entity,
        known.reason as reason,
        known.outcome as outcome,
        known.days as days,
        row_number() over (
            partition by known.entity, known.reason, known.outcome
            order by known.days, known.dispute_id
        ) as place,
        count(*) over (partition by known.entity, known.reason, known.outcome) as cases
    from known
),
middle as (
    select
        placed.entity as entity,
        placed.reason as reason,
        placed.outcome as outcome,
        avg(placed.days * 1e0) as median_days
    from placed
    where 2 * placed.place between placed.cases and placed.cases + 2
    group by placed.entity, placed.reason, placed.outcome
)
select
    known.entity as entity,
    known.reason as reason,
    known.outcome as outcome,
    cast(count(*) as bigint) as cases,
    cast(sum(known.amount) as decimal(38, 12)) as amount,
    cast(sum(known.credited) as decimal(38, 12)) as credited,
    cast(sum(known.recovered) as decimal(38, 12)) as recovered,
    cast(avg(known.days * 1e0) as decimal(18, 3)) as mean_days,
    cast(max(middle.median_days) as decimal(18, 3)) as median_days,
    cast(avg(known.response_seconds / 3600e0) as decimal(18, 3)) as first_response_hours
from known
join middle
    on middle.entity = known.entity
    and middle.reason = known.reason
    and middle.outcome = known.outcome
group by known.entity, known.reason, known.outcome

-- What customers dispute and how it ended.
-- grain:   one row per entity, reason and outcome
-- source:  mart.dispute_cause
-- unit:    cases; reporting currency; calendar days; hours
select
    cause.entity as entity,
    cause.reason as reason,
    cause.outcome as outcome,
    cause.cases as cases,
    cause.amount as amount,
    cause.credited as credited,
    cause.recovered as recovered,
    cause.mean_days as mean_days,
    cause.median_days as median_days,
    cause.first_response_hours as first_response_hours
from mart.dispute_cause as cause
order by cause.reason, cause.outcome, cause.entity

-- How long disputes stay in each stage of their process, against its service level.
-- grain:   one row per entity, reason and stage
-- source:  mart.dispute_stage
-- unit:    visits; calendar hours of those that ended; percent of the visits that have a service level
select
    stage.entity as entity,
    stage.reason as reason,
    stage.stage as stage,
    stage.visits as visits,
    stage.now_in as now_in,
    stage.mean_hours as mean_hours,
    stage.median_hours as median_hours,
    stage.late as late,
    stage.in_time_percent as in_time_percent
from mart.dispute_stage as stage
order by stage.reason, stage.stage, stage.entity

-- Stays of disputes in a stage that went beyond, or are beyond, its service level.
-- grain:  one row per stage
-- source: mart.dispute_stage
-- unit:   stays
select stage.stage as stage, sum(stage.late) as value
from mart.dispute_stage as stage
group by stage.stage
order by stage.stage

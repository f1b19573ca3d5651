-- Each time a dispute was in a stage. What is told of a stage while a dispute is in it changes no visit: its first telling counts.
-- grain:  one row per dispute_id and step
-- source: raw.batch, stg.dispute_stage
-- unit:   seconds since 1970-01-01 on the clocks of the source; left_second is NULL while nothing follows
with
told as (
    select
        stage.dispute_id as dispute_id,
        stage.stage as stage,
        stage.entered_day as entered_day,
        stage.entered_second as entered_second,
        stage.due_second as due_second,
        batch.sequence as sequence,
        stage._line as line,
        lag(stage.stage) over (
            partition by stage.dispute_id order by stage.entered_second, batch.sequence, stage._line
        ) as stage_before
    from stg.dispute_stage as stage
    join raw.batch as batch
        on batch.batch = stage._batch
)
select
    told.dispute_id as dispute_id,
    row_number() over (partition by told.dispute_id order by told.entered_second, told.sequence, told.line) as step,
    told.stage as stage,
    told.entered_day as entered_day,
    told.entered_second as entered_second,
    told.due_second as due_second,
    lead(told.entered_second) over (
        partition by told.dispute_id order by told.entered_second, told.sequence, told.line
    ) as left_second,
    lead(told.stage) over (
        partition by told.dispute_id order by told.entered_second, told.sequence, told.line
    ) as next_stage
from told
where told.stage_before is distinct from told.stage

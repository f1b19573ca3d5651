-- Stages that disputes entered, each in its latest known version.
-- grain:  one row per dispute_id, entered_at, stage
-- source: raw.dispute_stages, raw.superseded
select
    received.dispute_id as dispute_id,
    received.stage as stage,
    received.entered_at as entered_at,
    received.entered_day as entered_day,
    received.entered_month as entered_month,
    received.entered_second as entered_second,
    received.due_at as due_at,
    received.due_day as due_day,
    received.due_month as due_month,
    received.due_second as due_second,
    received.owner as owner,
    received._batch as _batch,
    received._line as _line
from raw.dispute_stages as received
left join raw.superseded as superseded
    on superseded.dataset = 'dispute_stages'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

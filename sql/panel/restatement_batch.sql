-- The files that had landed before a run restated closed months, with how many of their rows bear dates of such a month.
-- grain:   one row per run_id, batch, dataset and month
-- source:  mart.restatement, mart.restatement_batch
-- unit:    rows as landed
with
restating as (
    select restatement.run_id as run_id, max(restatement.known_at) as known_at
    from mart.restatement as restatement
    group by restatement.run_id
)
select
    landed.run_id as run_id,
    restating.known_at as known_at,
    landed.source as source,
    landed.file as file,
    landed.batch as batch,
    landed.dataset as dataset,
    landed.month as month,
    landed.rows as rows
from mart.restatement_batch as landed
join restating
    on restating.run_id = landed.run_id
order by restating.known_at desc, landed.run_id, landed.source, landed.file, landed.batch, landed.dataset, landed.month desc

-- Who entered and left which segment, and since which run. Nothing is ever taken off this list.
-- grain:   one row per run_id and customer_id whose segment is another than in the run before
-- formula: a customer nobody knew before comes from ''; where the run before knew no segments there is nothing to compare with
-- source:  mart.segment, raw.previous_run, raw.run_param, raw.segment_before, raw.segment_move
with
known as (
    select count(*) as customers
    from raw.segment_before as earlier
)
select
    param.run_id as run_id,
    previous.run_id as previous_run_id,
    param.as_of as as_of,
    this.customer_id as customer_id,
    coalesce(earlier.segment, '') as segment_before,
    this.segment as segment
from mart.segment as this
cross join known
cross join raw.previous_run as previous
cross join raw.run_param as param
left join raw.segment_before as earlier
    on earlier.customer_id = this.customer_id
where known.customers > 0
    and this.segment <> coalesce(earlier.segment, '')
union all
select
    moved.run_id as run_id,
    moved.previous_run_id as previous_run_id,
    moved.as_of as as_of,
    moved.customer_id as customer_id,
    moved.segment_before as segment_before,
    moved.segment as segment
from raw.segment_move as moved

-- How long disputes stay in each stage of their process, against its service level. The stage in which a dispute ends is no stage to
-- stay in.
-- grain:   one row per entity, reason and stage
-- formula: a visit is late where the dispute left after the service level's end, or has not left and that end has passed
-- source:  core.dispute, core.dispute_visit, raw.run_param
-- unit:    visits; calendar hours of those that ended; percent of the visits that have a service level
with
claimed as (
    select
        visit.dispute_id as dispute_id,
        coalesce(whole.entity, line.entity) as entity,
        coalesce(whole.reason, line.reason, '(none)') as reason,
        coalesce(whole.resolved_day, line.resolved_day, 2932896) as resolved_day
    from core.dispute_visit as visit
    left join core.dispute as whole
        on whole.dispute_id = visit.dispute_id
    left join core.dispute as line
        on line.dispute_id = visit.dispute_id || '/1'
    where visit.step = 1
),
stay as (
    select
        claimed.entity as entity,
        claimed.reason as reason,
        visit.stage as stage,
        visit.dispute_id as dispute_id,
        visit.step as step,
        case when visit.left_second < (param.as_of_day + 1) * 86400 then visit.left_second - visit.entered_second end as seconds,
        case
            when visit.due_second is null then 0
            when coalesce(visit.left_second, (param.as_of_day + 1) * 86400) > visit.due_second
                and visit.due_second < (param.as_of_day + 1) * 86400 then 1
            else 0
        end as is_late,
        case when visit.due_second is null then 0 else 1 end as has_level
    from core.dispute_visit as visit
    cross join raw.run_param as param
    join claimed
        on claimed.dispute_id = visit.dispute_id
    where visit.entered_day <= param.as_of_day
        and (visit.left_second is not null or param.as_of_day < claimed.resolved_day)
),
placed as (
    select
        stay.entity as entity,
        stay.reason as reason,
        stay.stage as stage,
        stay.seconds as seconds,
        row_number() over (
            partition by stay.entity, stay.reason, stay.stage order by stay.seconds, stay.dispute_id, stay.step
        ) as place,
        count(*) over (partition by stay.entity, stay.reason, stay.stage) as visits
    from stay
    where stay.seconds is not null
),
middle as (
    select
        placed.entity as entity,
        placed.reason as reason,
        placed.stage as stage,
        avg(placed.seconds * 1e0) as seconds
    from placed
    where 2 * placed.place between placed.visits and placed.visits + 2
    group by placed.entity, placed.reason, placed.stage
)
select
    stay.entity as entity,
    stay.reason as reason,
    stay.stage as stage,
    cast(count(*) as bigint) as visits,
    cast(sum(case when stay.seconds is null then 1 else 0 end) as bigint) as now_in,
    cast(avg(stay.seconds / 3600e0) as decimal(18, 3)) as mean_hours,
    cast(max(middle.seconds) / 3600e0 as decimal(18, 3)) as median_hours,
    cast(sum(stay.is_late) as bigint) as late,
    cast(100e0 * (sum(stay.has_level) - sum(stay.is_late)) / nullif(sum(stay.has_level), 0) as decimal(18, 3)) as in_time_percent
from stay
left join middle
    on middle.entity = stay.entity
    and middle.reason = stay.reason
    and middle.stage = stay.stage
group by stay.entity, stay.reason, stay.stage

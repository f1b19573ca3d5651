-- Calls, mails, letters and notes with each customer.
-- grain:   one row per activity_id; place 1 is the newest
-- source:  raw.run_param, stg.activity
select
    activity.customer_id as customer_id,
    row_number() over (
        partition by activity.customer_id
        order by activity.happened_second desc, activity.activity_id
    ) as place,
    activity.activity_id as activity_id,
    activity.happened_at as happened_at,
    activity.channel as channel,
    activity.direction as direction,
    activity.actor as actor,
    activity.outcome as outcome,
    activity.note as note
from stg.activity as activity
cross join raw.run_param as param
where activity.happened_day <= param.as_of_day
order by activity.customer_id, place

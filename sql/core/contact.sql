-- When each customer was last spoken to, by us and of his own accord.
-- grain:  one row per customer_id with a contact
-- source: raw.run_param, stg.activity
select
    activity.customer_id as customer_id,
    max(case when coalesce(activity.direction, 'out') <> 'in' then activity.happened_day end) as last_out_day,
    max(case when activity.direction = 'in' then activity.happened_day end) as last_in_day
from stg.activity as activity
cross join raw.run_param as param
where activity.happened_day <= param.as_of_day
    and coalesce(activity.channel, '') <> 'note'
group by activity.customer_id

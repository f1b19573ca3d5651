-- How long nothing has been received of a customer, and the longest such time before, within two years.
-- grain:  one row per customer_id that has paid in the last two years
-- source: core.source, raw.run_param
-- unit:   days
with
received as (
    select
        source.customer_id as customer_id,
        source.dated_day as day
    from core.source as source
    join raw.run_param as param
        on source.dated_day <= param.as_of_day
        and source.dated_day > param.as_of_day - 731
        and param.as_of_day < source.until_day
    where source.kind = 'payment'
    group by source.customer_id, source.dated_day
),
apart as (
    select
        received.customer_id as customer_id,
        received.day as day,
        received.day - lag(received.day) over (partition by received.customer_id order by received.day) as gap_days
    from received
)
select
    apart.customer_id as customer_id,
    max(apart.day) as last_day,
    cast(max(param.as_of_day) - max(apart.day) as bigint) as silent_days,
    cast(max(apart.gap_days) as bigint) as longest_gap_days,
    count(*) as receipts
from apart
cross join raw.run_param as param
group by apart.customer_id

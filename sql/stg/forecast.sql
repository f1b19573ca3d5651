-- Cash expected on a day, as seen on an earlier day, each in its latest known version.
-- grain:  one row per made_on, due_on
-- source: raw.batch, raw.forecasts
with
repeated as (
    select
        received.made_on as made_on,
        received.due_on as due_on
    from raw.forecasts as received
    group by received.made_on, received.due_on
    having count(*) > 1
),
version as (
    select
        received.made_on as made_on,
        received.made_day as made_day,
        received.made_month as made_month,
        received.due_on as due_on,
        received.due_day as due_day,
        received.due_month as due_month,
        received.amount as amount,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.made_on, received.due_on
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.forecasts as received
    join repeated
        on repeated.made_on = received.made_on
        and repeated.due_on = received.due_on
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.made_on as made_on,
    received.made_day as made_day,
    received.made_month as made_month,
    received.due_on as due_on,
    received.due_day as due_day,
    received.due_month as due_month,
    received.amount as amount,
    received._batch as _batch,
    received._line as _line
from raw.forecasts as received
left join repeated
    on repeated.made_on = received.made_on
    and repeated.due_on = received.due_on
where repeated.made_on is null
union all
select
    version.made_on as made_on,
    version.made_day as made_day,
    version.made_month as made_month,
    version.due_on as due_on,
    version.due_day as due_day,
    version.due_month as due_month,
    version.amount as amount,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

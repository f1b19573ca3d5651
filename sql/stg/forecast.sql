-- Cash expected on a day, as seen on an earlier day, each in its latest known version.
-- grain:  one row per made_on, due_on
-- source: raw.forecasts, raw.superseded
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
left join raw.superseded as superseded
    on superseded.dataset = 'forecasts'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

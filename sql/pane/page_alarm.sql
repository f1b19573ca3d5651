-- What has changed in how each customer pays.
-- grain:   one row per customer_id and alarm
-- source:  mart.alarm
-- unit:    as each alarm says
select
    alarm.customer_id as customer_id,
    row_number() over (
        partition by alarm.customer_id
        order by alarm.alarm
    ) as place,
    alarm.alarm as alarm,
    alarm.before_value as before_value,
    alarm.after_value as after_value
from mart.alarm as alarm
order by alarm.customer_id, place

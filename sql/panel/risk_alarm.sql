-- What has changed in how customers pay.
-- grain:   one row per customer_id and alarm
-- source:  mart.alarm, mart.customer
-- unit:    reporting currency; before and after as each alarm says
select
    alarm.customer_id as customer_id,
    customer.name as name,
    customer.entity as entity,
    alarm.alarm as alarm,
    alarm.before_value as before_value,
    alarm.after_value as after_value,
    customer.gross_amount as gross_amount
from mart.alarm as alarm
join mart.customer as customer
    on customer.customer_id = alarm.customer_id
order by customer.gross_amount desc, alarm.customer_id, alarm.alarm

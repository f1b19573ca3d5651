-- The rows behind each alarm: payments and small differences of the last 90 days, broken promises, what is overdue in silence.
-- grain:  one row per customer_id, alarm, document_id, invoice_id and number
-- source: core.alarm_payment, core.promise_kept, mart.alarm, mart.open_item, raw.day, raw.run_param, raw.setting, stg.promise
-- unit:   value in days late, of a promise in its amount; on_date is the day of payment, of the promise's end, or the due day
select
    alarm.customer_id as customer_id,
    alarm.alarm as alarm,
    payment.document_id as document_id,
    payment.invoice_id as invoice_id,
    payment.number as number,
    dated.on_date as on_date,
    cast(payment.days_late as decimal(18, 3)) as value
from mart.alarm as alarm
join core.alarm_payment as payment
    on payment.customer_id = alarm.customer_id
    and payment.is_recent
    and payment.kind = case when alarm.alarm = 'short_pays_rising' then 'short' else 'paid' end
join raw.day as dated
    on dated.day = payment.paid_day
where alarm.alarm in ('drifting', 'pay_day_moved', 'short_pays_rising')
union all
select
    alarm.customer_id as customer_id,
    alarm.alarm as alarm,
    promise.promise_id as document_id,
    coalesce(made.invoice_id, '') as invoice_id,
    cast(1 as bigint) as number,
    dated.on_date as on_date,
    cast(promise.amount as decimal(18, 3)) as value
from mart.alarm as alarm
join core.promise_kept as promise
    on promise.customer_id = alarm.customer_id
join stg.promise as made
    on made.promise_id = promise.promise_id
cross join raw.setting as setting
cross join raw.run_param as param
join raw.day as dated
    on dated.day = promise.last_day
where alarm.alarm = 'first_broken_promise'
    and promise.received < promise.amount * setting.promise_share
    and promise.last_day < param.as_of_day
union all
select
    alarm.customer_id as customer_id,
    alarm.alarm as alarm,
    item.invoice_id as document_id,
    item.invoice_id as invoice_id,
    item.number as number,
    item.due_on as on_date,
    cast(item.days_past_due as decimal(18, 3)) as value
from mart.alarm as alarm
join mart.open_item as item
    on item.customer_id = alarm.customer_id
    and item.days_past_due > 0
where alarm.alarm = 'gone_quiet'

-- The rows behind each alarm: payments and small differences of the last 90 days, broken promises, what is overdue in silence.
-- grain:  one row per customer_id, alarm, document_id, invoice_id and number
-- source: core.instalment_settlement, core.promise_kept, core.reduction, mart.alarm, mart.open_item, raw.day, raw.run_param, raw.setting, stg.promise
-- unit:   value in days late, of a promise in its amount; on_date is the day of payment, of the promise's end, or the due day
with
settlement as (
    select
        reduction.reduction_id as document_id,
        reduction.invoice_id as invoice_id,
        1 as number,
        reduction.customer_id as customer_id,
        case when reduction.kind = 'minor' then 'short' else 'paid' end as kind,
        reduction.paid_day as paid_day,
        reduction.due_day as due_day,
        reduction.from_day as from_day,
        reduction.until_day as until_day
    from core.reduction as reduction
    where reduction.fault is null
        and (reduction.kind = 'minor' or reduction.kind = 'payment' and reduction.instalments = 0)
    union all
    select
        share.invoice_id as document_id,
        share.invoice_id as invoice_id,
        share.number as number,
        share.customer_id as customer_id,
        'paid' as kind,
        share.paid_day as paid_day,
        share.due_day as due_day,
        share.from_day as from_day,
        share.until_day as until_day
    from core.instalment_settlement as share
    where share.kind = 'payment'
)
select
    alarm.customer_id as customer_id,
    alarm.alarm as alarm,
    settlement.document_id as document_id,
    settlement.invoice_id as invoice_id,
    cast(settlement.number as bigint) as number,
    dated.on_date as on_date,
    cast(settlement.paid_day - settlement.due_day as decimal(18, 3)) as value
from mart.alarm as alarm
join settlement
    on settlement.customer_id = alarm.customer_id
    and settlement.kind = case when alarm.alarm = 'short_pays_rising' then 'short' else 'paid' end
join raw.run_param as param
    on settlement.from_day <= param.as_of_day
    and param.as_of_day < settlement.until_day
    and settlement.paid_day > param.as_of_day - 90
join raw.day as dated
    on dated.day = settlement.paid_day
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

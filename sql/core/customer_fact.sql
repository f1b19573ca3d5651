-- What is known of every customer, in one row: what the conditions of segments and rules may ask for.
-- grain:  one row per customer_id
-- source: core.account, core.contact, core.customer, core.duty, core.risk_history, mart.alarm, mart.behaviour, mart.credit_exposure,
--         mart.customer, mart.score, raw.run_param
-- unit:   reporting currency; days; percent; NULL is not known
with
alarmed as (
    select
        alarm.customer_id as customer_id,
        max(case when alarm.alarm = 'drifting' then 1 else 0 end) as drifting,
        max(case when alarm.alarm = 'pay_day_moved' then 1 else 0 end) as pay_day_moved,
        max(case when alarm.alarm = 'short_pays_rising' then 1 else 0 end) as short_pays_rising,
        max(case when alarm.alarm = 'first_broken_promise' then 1 else 0 end) as first_broken_promise,
        max(case when alarm.alarm = 'gone_quiet' then 1 else 0 end) as gone_quiet
    from mart.alarm as alarm
    group by alarm.customer_id
),
owed as (
    select
        duty.customer_id as customer_id,
        max(case when duty.duty = 'promise_broken' then 1 else 0 end) as promise_broken,
        max(case when duty.duty = 'plan_broken' then 1 else 0 end) as plan_broken,
        max(case when duty.duty = 'legal_step' then 1 else 0 end) as legal_step,
        max(case when duty.duty = 'dispute_closed' then 1 else 0 end) as dispute_closed,
        max(case when duty.duty = 'request' then 1 else 0 end) as requested
    from core.duty as duty
    group by duty.customer_id
),
scored as (
    select item.customer_id as customer_id, max(item.score) as score
    from mart.score as item
    group by item.customer_id
)
select
    customer.customer_id as customer_id,
    customer.parent_id as parent_id,
    customer.entity as entity,
    customer.segment as segment,
    customer.country as country,
    customer.collector as collector,
    customer.language as language,
    customer.risk_class as risk_class,
    coalesce(exposure.standing, 'no limit') as standing,
    customer.on_hold as on_hold,
    coalesce(owed.promise_broken, 0) = 1 as promise_broken,
    coalesce(owed.plan_broken, 0) = 1 as plan_broken,
    coalesce(owed.legal_step, 0) = 1 as legal_step,
    coalesce(owed.dispute_closed, 0) = 1 as dispute_closed,
    coalesce(owed.requested, 0) = 1 as requested,
    coalesce(alarmed.drifting, 0) = 1 as drifting,
    coalesce(alarmed.pay_day_moved, 0) = 1 as pay_day_moved,
    coalesce(alarmed.short_pays_rising, 0) = 1 as short_pays_rising,
    coalesce(alarmed.first_broken_promise, 0) = 1 as first_broken_promise,
    coalesce(alarmed.gone_quiet, 0) = 1 as gone_quiet,
    cast(customer.terms_days as bigint) as terms_days,
    position.open_items as open_items,
    position.gross_amount as gross_amount,
    position.past_due_amount as past_due_amount,
    cast(coalesce(account.disputed_amount, 0) as decimal(38, 12)) as disputed_amount,
    cast(coalesce(account.promised_amount, 0) as decimal(38, 12)) as promised_amount,
    cast(coalesce(account.planned_amount, 0) as decimal(38, 12)) as planned_amount,
    position.credit_amount as credit_amount,
    position.net_amount as net_amount,
    cast(coalesce(account.collectable_amount, 0) as decimal(38, 12)) as collectable_amount,
    account.further_days as further_days,
    cast(coalesce(account.money_days, 0) as decimal(38, 3)) as money_days,
    position.oldest_days_past_due as oldest_days_past_due,
    exposure.limit_amount as limit_amount,
    exposure.utilisation_percent as utilisation_percent,
    exposure.billed_90_amount as billed_90_amount,
    behaviour.paydex_like as paydex_like,
    behaviour.days_beyond_terms as days_beyond_terms,
    behaviour.on_time_percent as on_time_percent,
    cast(coalesce(behaviour.paid_invoices, 0) as bigint) as paid_invoices,
    cast(history.broken_promises as bigint) as broken_promises,
    scored.score as score,
    param.as_of_day - contact.last_out_day as days_since_contact
from core.customer as customer
cross join raw.run_param as param
join mart.customer as position
    on position.customer_id = customer.customer_id
left join core.account as account
    on account.customer_id = customer.customer_id
left join core.contact as contact
    on contact.customer_id = customer.customer_id
left join core.risk_history as history
    on history.customer_id = customer.customer_id
    and history.invoice_id = ''
left join mart.behaviour as behaviour
    on behaviour.customer_id = customer.customer_id
left join mart.credit_exposure as exposure
    on exposure.customer_id = customer.customer_id
left join alarmed
    on alarmed.customer_id = customer.customer_id
left join owed
    on owed.customer_id = customer.customer_id
left join scored
    on scored.customer_id = customer.customer_id

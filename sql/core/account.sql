-- Every customer who owes something, with what can be asked of him today and what stands against calling.
-- Credit balances and promises for no invoice in particular are taken off what can be asked for; a customer whose money we hold is
-- not called for it.
-- grain:   one row per customer_id with an open item
-- formula: collectable = that of his invoices - promised for none of them - credits, at least 0; money-days = collectable x further
--          days, weighted by amount. reason is the first that applies, in the order of this file; NULL is listed
-- source:  core.action_in_force, core.closing_rate, core.collectable, core.contact, core.customer, core.plan_kept, mart.customer,
--          raw.run_param, raw.setting, raw.worklist_rule, stg.promise
-- unit:    reporting currency; currency x days; days
with
invoiced as (
    select
        item.customer_id as customer_id,
        count(*) as invoices,
        max(item.days_past_due) as days_past_due,
        sum(item.past_due_amount) as past_due_amount,
        sum(item.disputed_amount) as disputed_amount,
        sum(item.promised_amount) as promised_amount,
        sum(item.planned_amount) as planned_amount,
        sum(item.collectable_amount) as collectable_amount,
        sum(item.collectable_amount * item.further_days) as money_days
    from core.collectable as item
    group by item.customer_id
),
largest as (
    select
        item.customer_id as customer_id,
        item.reason as reason,
        row_number() over (
            partition by item.customer_id
            order by item.collectable_amount * item.further_days desc, item.invoice_id
        ) as place
    from core.collectable as item
),
promised as (
    select
        promise.customer_id as customer_id,
        sum(promise.amount * case
            when promise.currency = setting.reporting_currency then 1
            else coalesce(closing.rate, 0)
        end) as amount
    from stg.promise as promise
    cross join raw.run_param as param
    cross join raw.setting as setting
    left join core.closing_rate as closing
        on closing.month = param.as_of_month
        and closing.currency = promise.currency
    where promise.made_day <= param.as_of_day
        and promise.due_day + setting.promise_grace_days >= param.as_of_day
        and promise.invoice_id is null
    group by promise.customer_id
),
planned as (
    select plan.customer_id as customer_id, min(plan.next_on) as next_on
    from core.plan_kept as plan
    where plan.remaining_amount > 0
    group by plan.customer_id
),
decided as (
    select
        action.customer_id as customer_id,
        max(case when action.family = 'pin' then 1 else 0 end) as pinned,
        max(case when action.family = 'hold' then 1 else 0 end) as held,
        max(case when action.family = 'snooze' then 1 else 0 end) as snoozed,
        max(case when action.family = 'skip' then 1 else 0 end) as skipped,
        max(case when action.family in ('hold', 'snooze', 'skip') then action.until_on end) as until_on
    from core.action_in_force as action
    where action.invoice_id = ''
    group by action.customer_id
),
legal as (
    select
        action.customer_id as customer_id,
        max(case when action.until_day > param.as_of_day and action.invoice_id = '' then 1 else 0 end) as waits,
        max(case when action.until_day > param.as_of_day then 1 else 0 end) as waits_in_part,
        max(case when action.until_day <= param.as_of_day then 1 else 0 end) as is_due,
        min(case when action.until_day > param.as_of_day then action.until_on end) as next_on
    from core.action_in_force as action
    cross join raw.run_param as param
    where action.family = 'legal'
    group by action.customer_id
),
position as (
    select
        customer.customer_id as customer_id,
        customer.gross_amount as gross_amount,
        customer.credit_amount as credit_amount,
        coalesce(invoiced.invoices, 0) as invoices,
        invoiced.days_past_due as days_past_due,
        coalesce(invoiced.past_due_amount, 0) as past_due_amount,
        coalesce(invoiced.disputed_amount, 0) as disputed_amount,
        coalesce(invoiced.promised_amount, 0) + coalesce(promised.amount, 0) as promised_amount,
        coalesce(invoiced.planned_amount, 0) as planned_amount,
        coalesce(invoiced.collectable_amount, 0) as invoiced_amount,
        greatest(coalesce(invoiced.collectable_amount, 0) - coalesce(promised.amount, 0), 0) as unpromised_amount,
        greatest(
            coalesce(invoiced.collectable_amount, 0) - coalesce(promised.amount, 0) - greatest(customer.credit_amount, 0), 0
        ) as collectable_amount,
        coalesce(invoiced.money_days, 0) * 1e0 / nullif(invoiced.collectable_amount, 0) as further_days
    from mart.customer as customer
    left join invoiced
        on invoiced.customer_id = customer.customer_id
    left join promised
        on promised.customer_id = customer.customer_id
    where customer.open_items > 0
        and customer.gross_amount > 0
)
select
    position.customer_id as customer_id,
    cast(position.invoices as bigint) as invoices,
    position.days_past_due as days_past_due,
    cast(position.gross_amount as decimal(38, 12)) as open_amount,
    cast(position.past_due_amount as decimal(38, 12)) as past_due_amount,
    cast(position.disputed_amount as decimal(38, 12)) as disputed_amount,
    cast(position.promised_amount as decimal(38, 12)) as promised_amount,
    cast(position.planned_amount as decimal(38, 12)) as planned_amount,
    cast(position.credit_amount as decimal(38, 12)) as credit_amount,
    cast(position.collectable_amount as decimal(38, 12)) as collectable_amount,
    cast(position.further_days as decimal(18, 3)) as further_days,
    cast(position.collectable_amount * cast(position.further_days as decimal(18, 3)) as decimal(38, 3)) as money_days,
    largest.reason as why_late,
    coalesce(decided.pinned, 0) = 1 as pinned,
    contact.last_out_day as contacted_day,
    coalesce(decided.until_on, case
        when legal.waits = 1 then legal.next_on
        when position.collectable_amount > 0 and position.collectable_amount >= rule.minimum then null
        when legal.waits_in_part = 1 then legal.next_on
        when position.planned_amount > 0 then planned.next_on
    end) as until_on,
    case
        when customer.on_hold or coalesce(decided.held, 0) = 1 then 'on_hold'
        when coalesce(decided.skipped, 0) = 1 then 'skipped'
        when coalesce(decided.snoozed, 0) = 1 then 'snoozed'
        when position.past_due_amount <= 0 then 'not_due'
        when position.past_due_amount <= position.disputed_amount then 'disputed'
        when legal.waits = 1 then 'legal_wait'
        when legal.waits_in_part = 1 and (position.collectable_amount <= 0 or position.collectable_amount < rule.minimum) then 'legal_wait'
        when position.invoiced_amount <= 0 and position.promised_amount <= 0 and position.planned_amount <= 0 then 'put_aside'
        when position.planned_amount > 0 and (position.collectable_amount <= 0 or position.collectable_amount < rule.minimum) then 'in_plan'
        when position.unpromised_amount <= 0 then 'promised'
        when position.collectable_amount <= 0 then 'covered_by_credit'
        when position.collectable_amount < rule.minimum then 'below_minimum'
        when contact.last_out_day > param.as_of_day - rule.contacted_days
            and coalesce(decided.pinned, 0) = 0
            and coalesce(legal.is_due, 0) = 0 then 'contacted'
    end as reason
from position
cross join raw.run_param as param
cross join raw.worklist_rule as rule
join core.customer as customer
    on customer.customer_id = position.customer_id
left join largest
    on largest.customer_id = position.customer_id
    and largest.place = 1
left join decided
    on decided.customer_id = position.customer_id
left join legal
    on legal.customer_id = position.customer_id
left join planned
    on planned.customer_id = position.customer_id
left join core.contact as contact
    on contact.customer_id = position.customer_id

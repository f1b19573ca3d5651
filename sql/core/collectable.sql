-- What can be asked for of every invoice that is past due: what is neither disputed, nor promised, nor put aside.
-- grain:   one row per invoice_id with a past-due open item
-- formula: collectable = past due - disputed - promised on it, and nothing while it is snoozed or on hold; further days are weighted
--          by amount: those the score expects beyond the ones already late, or as many again where too little is known to learn from;
--          reason is the score's first that is not how late the invoice is already
-- source:  core.action_in_force, core.disputed_item, core.period, mart.open_item, mart.score, raw.run_param, raw.setting, stg.promise
-- unit:    reporting currency; days
with
owed as (
    select
        item.invoice_id as invoice_id,
        item.customer_id as customer_id,
        sum(item.reporting_amount) as past_due_amount,
        sum(item.open_amount) as open_amount,
        max(item.days_past_due) as days_past_due,
        sum(item.reporting_amount * greatest(
            case when score.probability_late is null then item.days_past_due else score.further_days_late end, 1
        )) as money_days,
        min(case
            when score.reason_1 like '% past due' then coalesce(score.reason_2, score.reason_1)
            else score.reason_1
        end) as reason
    from mart.open_item as item
    left join mart.score as score
        on score.invoice_id = item.invoice_id
        and score.number = item.number
    where item.days_past_due > 0
    group by item.invoice_id, item.customer_id
),
disputed as (
    select item.invoice_id as invoice_id, item.reporting_amount as amount
    from core.disputed_item as item
    join core.period as period
        on period.month = item.month
        and period.is_as_of
),
promised as (
    select promise.invoice_id as invoice_id, sum(promise.amount) as amount
    from stg.promise as promise
    cross join raw.run_param as param
    cross join raw.setting as setting
    where promise.made_day <= param.as_of_day
        and promise.due_day + setting.promise_grace_days >= param.as_of_day
        and promise.invoice_id is not null
    group by promise.invoice_id
),
aside as (
    select action.invoice_id as invoice_id, count(*) as actions
    from core.action_in_force as action
    where action.family in ('snooze', 'hold', 'skip')
        and action.invoice_id <> ''
    group by action.invoice_id
),
parts as (
    select
        owed.invoice_id as invoice_id,
        owed.customer_id as customer_id,
        owed.past_due_amount as past_due_amount,
        owed.days_past_due as days_past_due,
        owed.money_days * 1e0 / nullif(owed.past_due_amount, 0) as further_days,
        owed.reason as reason,
        least(coalesce(disputed.amount, 0), owed.past_due_amount) as disputed_amount,
        least(coalesce(promised.amount, 0) * 1e0 / nullif(owed.open_amount, 0), 1) as promised_share,
        coalesce(aside.actions, 0) > 0 as is_aside
    from owed
    left join disputed
        on disputed.invoice_id = owed.invoice_id
    left join promised
        on promised.invoice_id = owed.invoice_id
    left join aside
        on aside.invoice_id = owed.invoice_id
),
valued as (
    select
        parts.invoice_id as invoice_id,
        parts.customer_id as customer_id,
        parts.past_due_amount as past_due_amount,
        parts.days_past_due as days_past_due,
        parts.further_days as further_days,
        parts.reason as reason,
        parts.is_aside as is_aside,
        parts.disputed_amount as disputed_amount,
        least(
            cast(parts.past_due_amount * parts.promised_share as decimal(38, 12)), parts.past_due_amount - parts.disputed_amount
        ) as promised_amount
    from parts
)
select
    valued.invoice_id as invoice_id,
    valued.customer_id as customer_id,
    valued.days_past_due as days_past_due,
    cast(valued.further_days as decimal(18, 3)) as further_days,
    valued.reason as reason,
    cast(valued.past_due_amount as decimal(38, 12)) as past_due_amount,
    cast(valued.disputed_amount as decimal(38, 12)) as disputed_amount,
    cast(valued.promised_amount as decimal(38, 12)) as promised_amount,
    cast(case
        when valued.is_aside then 0
        else valued.past_due_amount - valued.disputed_amount - valued.promised_amount
    end as decimal(38, 12)) as collectable_amount
from valued

-- What can be asked for of every invoice that is past due: what is neither disputed, nor promised, nor in a plan, nor put aside.
-- grain:   one row per invoice_id with a past-due open item
-- formula: collectable = past due - disputed - promised on it - in a payment plan, of which what remains is spread over its invoices, the
--          oldest first; nothing while it is snoozed, on hold or
--          with legal before the next step; further days are weighted by amount: those the score expects beyond the ones already late, or as many again where too little is known to learn from;
--          reason is the score's first that is not how late the invoice is already
-- source:  core.action_in_force, core.disputed_item, core.period, core.plan_kept, mart.open_item, mart.score, raw.run_param, raw.setting,
--          stg.plan_invoice, stg.promise
-- unit:    reporting currency; days
with
owed as (
    select
        item.invoice_id as invoice_id,
        item.customer_id as customer_id,
        min(item.currency) as currency,
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
spread as (
    select
        owed.invoice_id as invoice_id,
        owed.open_amount as open_amount,
        plan.remaining_amount as remaining_amount,
        coalesce(sum(owed.open_amount) over (
            partition by plan.plan_id
            order by owed.days_past_due desc, owed.invoice_id
            rows between unbounded preceding and 1 preceding
        ), 0) as before_amount
    from core.plan_kept as plan
    join stg.plan_invoice as named
        on named.plan_id = plan.plan_id
    join owed
        on owed.invoice_id = named.invoice_id
        and owed.customer_id = plan.customer_id
        and owed.currency = plan.currency
    where plan.remaining_amount > 0
),
planned as (
    select
        spread.invoice_id as invoice_id,
        least(greatest(spread.remaining_amount - spread.before_amount, 0), spread.open_amount) as amount
    from spread
),
aside as (
    select action.invoice_id as invoice_id, count(*) as actions
    from core.action_in_force as action
    cross join raw.run_param as param
    where (action.family in ('snooze', 'hold', 'skip') or (action.family = 'legal' and action.until_day > param.as_of_day))
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
        least(coalesce(planned.amount, 0) * 1e0 / nullif(owed.open_amount, 0), 1) as planned_share,
        coalesce(aside.actions, 0) > 0 as is_aside
    from owed
    left join disputed
        on disputed.invoice_id = owed.invoice_id
    left join promised
        on promised.invoice_id = owed.invoice_id
    left join planned
        on planned.invoice_id = owed.invoice_id
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
        ) as promised_amount,
        cast(parts.past_due_amount * parts.planned_share as decimal(38, 12)) as planned_amount
    from parts
),
bounded as (
    select
        valued.invoice_id as invoice_id,
        valued.customer_id as customer_id,
        valued.past_due_amount as past_due_amount,
        valued.days_past_due as days_past_due,
        valued.further_days as further_days,
        valued.reason as reason,
        valued.is_aside as is_aside,
        valued.disputed_amount as disputed_amount,
        valued.promised_amount as promised_amount,
        least(valued.planned_amount, valued.past_due_amount - valued.disputed_amount - valued.promised_amount) as planned_amount
    from valued
)
select
    bounded.invoice_id as invoice_id,
    bounded.customer_id as customer_id,
    bounded.days_past_due as days_past_due,
    cast(bounded.further_days as decimal(18, 3)) as further_days,
    bounded.reason as reason,
    cast(bounded.past_due_amount as decimal(38, 12)) as past_due_amount,
    cast(bounded.disputed_amount as decimal(38, 12)) as disputed_amount,
    cast(bounded.promised_amount as decimal(38, 12)) as promised_amount,
    cast(bounded.planned_amount as decimal(38, 12)) as planned_amount,
    cast(case
        when bounded.is_aside then 0
        else bounded.past_due_amount - bounded.disputed_amount - bounded.promised_amount - bounded.planned_amount
    end as decimal(38, 12)) as collectable_amount
from bounded

-- Whom to call today, and why: every collector's customers in the order of what a call is worth.
-- grain:   one row per customer_id who is to be called
-- formula: priority = money-days + duty; money-days = collectable amount x expected further days late; a duty is worth what
--          raw.worklist_duty says. Pinned customers come first, then strategy by strategy: by percent of the points, then by priority.
--          action: the first of the configuration whose condition the customer meets, else a call; it takes so many minutes
--          is_today: as many as the collector's minutes allow, and of each segment as many as its own do
-- source:  core.absence, core.account, core.customer, core.duty, core.valuation, mart.segment, raw.run_param, raw.setting, raw.worklist_capacity,
--          raw.worklist_duty, raw.worklist_rule, raw.worklist_strategy, rule.action
-- unit:    reporting currency; currency x days; minutes; percent of the points a customer could have, NULL where money-days decide
with
owed as (
    select
        duty.customer_id as customer_id,
        sum(worth.money_days) as points,
        max(case when duty.duty = 'promise_broken' then 1 else 0 end) as promise_broken,
        max(case when duty.duty = 'plan_broken' then 1 else 0 end) as plan_broken,
        max(case when duty.duty = 'legal_step' then 1 else 0 end) as legal_step,
        max(case when duty.duty = 'dispute_closed' then 1 else 0 end) as dispute_closed,
        max(case when duty.duty = 'request' then 1 else 0 end) as requested
    from core.duty as duty
    join raw.worklist_duty as worth
        on worth.duty = duty.duty
    group by duty.customer_id
),
ordered as (
    select
        account.customer_id as customer_id,
        customer.name as name,
        customer.collector as collector,
        customer.entity as entity,
        customer.segment as segment,
        account.pinned as pinned,
        account.invoices as invoices,
        account.days_past_due as days_past_due,
        account.past_due_amount as past_due_amount,
        account.disputed_amount as disputed_amount,
        account.promised_amount as promised_amount,
        account.planned_amount as planned_amount,
        account.credit_amount as credit_amount,
        account.collectable_amount as collectable_amount,
        account.further_days as further_days,
        account.money_days as money_days,
        account.why_late as why_late,
        account.contacted_day as contacted_day,
        coalesce(owed.points, 0) as duty_points,
        coalesce(owed.promise_broken, 0) = 1 as promise_broken,
        coalesce(owed.plan_broken, 0) = 1 as plan_broken,
        coalesce(owed.legal_step, 0) = 1 as legal_step,
        coalesce(owed.dispute_closed, 0) = 1 as dispute_closed,
        coalesce(owed.requested, 0) = 1 as requested,
        account.money_days + coalesce(owed.points, 0) as priority,
        treated.segment as declared_segment,
        treated.strategy as strategy,
        treated.minutes as segment_minutes,
        coalesce(deed.action, 'call') as action,
        coalesce(deed.minutes, rule.minutes) as minutes,
        valued.percent as percent,
        valued.largest as rule_1,
        valued.second as rule_2,
        row_number() over (
            partition by customer.collector
            order by
                case when account.pinned then 0 else 1 end,
                strategy.place,
                coalesce(valued.percent, 0) desc,
                account.money_days + coalesce(owed.points, 0) desc,
                account.customer_id
        ) as place
    from core.account as account
    cross join raw.worklist_rule as rule
    join core.customer as customer
        on customer.customer_id = account.customer_id
    join mart.segment as treated
        on treated.customer_id = account.customer_id
    join raw.worklist_strategy as strategy
        on strategy.strategy = treated.strategy
    left join core.valuation as valued
        on valued.customer_id = account.customer_id
        and valued.strategy = treated.strategy
    left join owed
        on owed.customer_id = account.customer_id
    left join rule.action as deed
        on deed.customer_id = account.customer_id
    join core.absence as absence
        on absence.customer_id = account.customer_id
        and absence.reason is null
),
within as (
    select
        ordered.customer_id as customer_id,
        ordered.collector as collector,
        ordered.place as place,
        ordered.minutes as minutes,
        case
            when ordered.segment_minutes is null then 1
            when sum(ordered.minutes) over (
                partition by ordered.collector, ordered.declared_segment
                order by ordered.place
            ) <= ordered.segment_minutes then 1
            else 0
        end as fits
    from ordered
),
counted as (
    select
        within.customer_id as customer_id,
        within.fits as fits,
        sum(within.fits * within.minutes) over (
            partition by within.collector
            order by within.place
        ) as minutes
    from within
)
select
    ordered.collector as collector,
    ordered.place as place,
    ordered.customer_id as customer_id,
    ordered.name as name,
    ordered.entity as entity,
    ordered.segment as segment,
    setting.reporting_currency as currency,
    ordered.pinned as pinned,
    ordered.invoices as invoices,
    ordered.days_past_due as days_past_due,
    ordered.past_due_amount as past_due_amount,
    ordered.disputed_amount as disputed_amount,
    ordered.promised_amount as promised_amount,
    ordered.planned_amount as planned_amount,
    ordered.credit_amount as credit_amount,
    ordered.collectable_amount as collectable_amount,
    ordered.further_days as further_days,
    ordered.money_days as money_days,
    cast(ordered.duty_points as decimal(38, 3)) as duty_points,
    cast(ordered.priority as decimal(38, 3)) as priority,
    ordered.promise_broken as promise_broken,
    ordered.plan_broken as plan_broken,
    ordered.legal_step as legal_step,
    ordered.dispute_closed as dispute_closed,
    ordered.requested as requested,
    ordered.why_late as why_late,
    param.as_of_day - ordered.contacted_day as days_since_contact,
    cast(case
        when ordered.percent is null then lag(case when ordered.percent is null then ordered.priority end, 10) over (
            partition by ordered.collector
            order by ordered.place
        ) - ordered.priority
    end as decimal(38, 3)) as to_rise_ten,
    cast(counted.minutes as bigint) as minutes_to_here,
    counted.fits = 1 and counted.minutes <= coalesce(capacity.minutes, rule.capacity) as is_today,
    ordered.declared_segment as declared_segment,
    ordered.strategy as strategy,
    ordered.percent as percent,
    ordered.rule_1 as rule_1,
    ordered.rule_2 as rule_2,
    ordered.action as action,
    ordered.minutes as minutes
from ordered
join counted
    on counted.customer_id = ordered.customer_id
cross join raw.run_param as param
cross join raw.setting as setting
cross join raw.worklist_rule as rule
left join raw.worklist_capacity as capacity
    on capacity.collector = ordered.collector

-- Payment plans that stand on the day the books are read: the last one agreed with a customer in a currency, unless it was ended by its
-- number, or all were.
-- grain:  one row per customer_id and currency
-- source: raw.run_param, stg.action, stg.plan
-- unit:   document currency
with
agreed as (
    select
        plan.plan_id as plan_id,
        plan.customer_id as customer_id,
        plan.currency as currency,
        min(plan.made_day) as made_day,
        min(plan.made_second) as made_second,
        min(plan.actor) as actor,
        sum(plan.amount) as amount
    from stg.plan as plan
    cross join raw.run_param as param
    where plan.made_day <= param.as_of_day
    group by plan.plan_id, plan.customer_id, plan.currency
),
ended as (
    select
        action.customer_id as customer_id,
        coalesce(action.plan_id, '') as plan_id,
        max(action.happened_second) as happened_second
    from stg.action as action
    cross join raw.run_param as param
    where action.kind = 'unplan'
        and action.happened_day <= param.as_of_day
    group by action.customer_id, coalesce(action.plan_id, '')
),
ranked as (
    select
        agreed.plan_id as plan_id,
        agreed.customer_id as customer_id,
        agreed.currency as currency,
        agreed.made_day as made_day,
        agreed.made_second as made_second,
        agreed.actor as actor,
        agreed.amount as amount,
        row_number() over (
            partition by agreed.customer_id, agreed.currency
            order by agreed.made_second desc, agreed.plan_id desc
        ) as recency
    from agreed
)
select
    ranked.plan_id as plan_id,
    ranked.customer_id as customer_id,
    ranked.currency as currency,
    ranked.made_day as made_day,
    ranked.actor as actor,
    cast(ranked.amount as decimal(18, 3)) as amount
from ranked
left join ended as named
    on named.customer_id = ranked.customer_id
    and named.plan_id = ranked.plan_id
left join ended as every
    on every.customer_id = ranked.customer_id
    and every.plan_id = ''
where ranked.recency = 1
    and named.plan_id is null
    and coalesce(every.happened_second < ranked.made_second, true)

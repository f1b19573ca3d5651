-- How the payment plans that stand are kept.
-- grain:   one row per plan_id
-- formula: broken on the first last_day that has passed with less received than was due times the share that keeps a promise; an
--          instalment that comes later does not mend it. remaining = amount - received while it is kept and not over, else 0
-- source:  core.plan, core.plan_instalment, raw.run_param, raw.setting
-- unit:    document currency
with
judged as (
    select
        instalment.plan_id as plan_id,
        max(instalment.received) as received,
        min(case
            when instalment.last_day < param.as_of_day and instalment.received < instalment.due_amount * setting.promise_share
                then instalment.last_day
        end) as broken_day,
        min(case when instalment.last_day >= param.as_of_day then instalment.due_on end) as next_on
    from core.plan_instalment as instalment
    cross join raw.run_param as param
    cross join raw.setting as setting
    group by instalment.plan_id
)
select
    plan.plan_id as plan_id,
    plan.customer_id as customer_id,
    plan.currency as currency,
    plan.made_day as made_day,
    plan.actor as actor,
    plan.amount as amount,
    judged.received as received,
    judged.broken_day as broken_day,
    judged.next_on as next_on,
    cast(case
        when judged.broken_day is null and judged.next_on is not null then greatest(plan.amount - judged.received, 0)
        else 0
    end as decimal(18, 3)) as remaining_amount
from core.plan as plan
join judged
    on judged.plan_id = plan.plan_id

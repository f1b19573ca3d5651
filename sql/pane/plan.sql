-- The payment plan that stands with each customer, by instalment.
-- grain:   one row per plan_id and due_on; place 1 is the first to be paid
-- source:  core.plan_instalment, core.plan_kept, raw.run_param, raw.setting
-- unit:    document currency
select
    plan.customer_id as customer_id,
    row_number() over (
        partition by plan.customer_id
        order by instalment.due_day, plan.currency
    ) as place,
    plan.plan_id as plan_id,
    plan.currency as currency,
    plan.actor as actor,
    plan.amount as plan_amount,
    plan.remaining_amount as remaining_amount,
    instalment.due_on as due_on,
    instalment.amount as amount,
    case
        when instalment.received >= instalment.due_amount * setting.promise_share then 'paid'
        when instalment.last_day < param.as_of_day then 'missed'
        else 'open'
    end as state
from core.plan_instalment as instalment
cross join raw.run_param as param
cross join raw.setting as setting
join core.plan_kept as plan
    on plan.plan_id = instalment.plan_id
order by plan.customer_id, place

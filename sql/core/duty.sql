-- What has to be done with a customer whatever he owes: a promise or a payment plan he broke, a dispute that was just closed against him, his own
-- call that nobody answered, a legal step whose day has come.
-- grain:   one row per customer_id and duty, with the day it dates from
-- formula: a promise or plan broken, a dispute closed or a call received within the days of raw.worklist_rule, and no contact of ours since;
--          a legal step is due until the next one is set or the matter is taken back, whoever is spoken to
-- source:  core.action_in_force, core.contact, core.dispute, core.plan_kept, core.promise_kept, raw.run_param, raw.setting, raw.worklist_rule
with
due as (
    select promise.customer_id as customer_id, 'promise_broken' as duty, promise.last_day as since_day
    from core.promise_kept as promise
    cross join raw.run_param as param
    cross join raw.setting as setting
    cross join raw.worklist_rule as rule
    where promise.received < promise.amount * setting.promise_share
        and promise.last_day between param.as_of_day - rule.promise_days and param.as_of_day - 1
    union all
    select plan.customer_id as customer_id, 'plan_broken' as duty, plan.broken_day as since_day
    from core.plan_kept as plan
    cross join raw.run_param as param
    cross join raw.worklist_rule as rule
    where plan.broken_day between param.as_of_day - rule.promise_days and param.as_of_day - 1
    union all
    select dispute.customer_id as customer_id, 'dispute_closed' as duty, dispute.resolved_day as since_day
    from core.dispute as dispute
    cross join raw.run_param as param
    cross join raw.worklist_rule as rule
    where dispute.resolved_day between param.as_of_day - rule.dispute_days and param.as_of_day
        and dispute.outcome in ('invalid', 'partial', 'withdrawn')
    union all
    select action.customer_id as customer_id, 'legal_step' as duty, action.until_day as since_day
    from core.action_in_force as action
    cross join raw.run_param as param
    where action.family = 'legal'
        and action.until_day <= param.as_of_day
    union all
    select contact.customer_id as customer_id, 'request' as duty, contact.last_in_day as since_day
    from core.contact as contact
    cross join raw.run_param as param
    cross join raw.worklist_rule as rule
    where contact.last_in_day between param.as_of_day - rule.request_days and param.as_of_day
)
select
    due.customer_id as customer_id,
    due.duty as duty,
    max(due.since_day) as since_day
from due
left join core.contact as contact
    on contact.customer_id = due.customer_id
where coalesce(contact.last_out_day, 0) <= due.since_day
    or due.duty = 'legal_step'
group by due.customer_id, due.duty

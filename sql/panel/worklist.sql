-- Whom each collector calls, in order, and why.
-- grain:   one row per customer_id
-- source:  mart.worklist
-- unit:    reporting currency; currency x days; minutes
select
    listed.collector as collector,
    listed.place as place,
    listed.customer_id as customer_id,
    listed.name as name,
    listed.entity as entity,
    listed.segment as segment,
    listed.pinned as pinned,
    listed.invoices as invoices,
    listed.days_past_due as days_past_due,
    listed.past_due_amount as past_due_amount,
    listed.disputed_amount as disputed_amount,
    listed.promised_amount as promised_amount,
    listed.planned_amount as planned_amount,
    listed.credit_amount as credit_amount,
    listed.collectable_amount as collectable_amount,
    listed.further_days as further_days,
    listed.money_days as money_days,
    listed.duty_points as duty_points,
    listed.priority as priority,
    listed.promise_broken as promise_broken,
    listed.plan_broken as plan_broken,
    listed.legal_step as legal_step,
    listed.dispute_closed as dispute_closed,
    listed.requested as requested,
    listed.why_late as why_late,
    listed.days_since_contact as days_since_contact,
    listed.to_rise_ten as to_rise_ten,
    listed.minutes_to_here as minutes_to_here,
    listed.is_today as is_today,
    listed.action as action,
    listed.minutes as minutes,
    listed.declared_segment as declared_segment,
    listed.strategy as strategy,
    listed.percent as percent,
    listed.rule_1 as rule_1,
    listed.rule_2 as rule_2
from mart.worklist as listed
order by listed.collector, listed.place

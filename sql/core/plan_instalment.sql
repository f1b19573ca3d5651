-- The instalments of the payment plans that stand, and what had come for the plan by the day and grace of each.
-- grain:   one row per plan_id and due_day
-- formula: due_amount = this instalment and those before it; received = cash applied to an invoice of the plan or to none, from the
--          day of the plan to last_day, by receipt date; reversed receipts do not count
-- source:  core.plan, core.promise_cash, raw.setting, stg.plan, stg.plan_invoice
-- unit:    document currency
with
cash as (
    select
        plan.plan_id as plan_id,
        piece.received_day as received_day,
        sum(piece.amount) as amount
    from core.plan as plan
    join core.promise_cash as piece
        on piece.customer_id = plan.customer_id
        and piece.currency = plan.currency
        and piece.received_day >= plan.made_day
    left join stg.plan_invoice as named
        on named.plan_id = plan.plan_id
        and named.invoice_id = piece.invoice_id
    where piece.invoice_id = ''
        or named.plan_id is not null
    group by plan.plan_id, piece.received_day
),
due as (
    select
        instalment.plan_id as plan_id,
        instalment.due_on as due_on,
        instalment.due_day as due_day,
        instalment.due_day + setting.promise_grace_days as last_day,
        instalment.amount as amount,
        sum(instalment.amount) over (
            partition by instalment.plan_id
            order by instalment.due_day
        ) as due_amount
    from stg.plan as instalment
    cross join raw.setting as setting
    join core.plan as plan
        on plan.plan_id = instalment.plan_id
        and plan.customer_id = instalment.customer_id
        and plan.currency = instalment.currency
)
select
    due.plan_id as plan_id,
    due.due_on as due_on,
    due.due_day as due_day,
    due.last_day as last_day,
    cast(due.amount as decimal(18, 3)) as amount,
    cast(due.due_amount as decimal(18, 3)) as due_amount,
    cast(coalesce(sum(cash.amount), 0) as decimal(18, 3)) as received
from due
left join cash
    on cash.plan_id = due.plan_id
    and cash.received_day <= due.last_day
group by due.plan_id, due.due_on, due.due_day, due.last_day, due.amount, due.due_amount

-- What payment risk is learnt from and tested on: each item of the history with what was known when it was issued, and its outcome.
-- grain:  one row per invoice_id and number of core.risk_outcome
-- source: core.risk_history, core.risk_item, core.risk_outcome
-- unit:   days since 1970-01-01; percent and days in whole numbers; amount in reporting currency at the invoice's rate;
--         settled_day is NULL while the item is open; outcome_days is how late it was or has come to be, NULL before that
with
placed as (
    select
        outcome.invoice_id as invoice_id,
        outcome.number as number,
        outcome.customer_id as customer_id,
        outcome.issued_day as issued_day,
        outcome.due_day as due_day,
        outcome.amount as amount,
        outcome.settled_day as settled_day,
        outcome.days_late as days_late,
        row_number() over (order by outcome.issued_day, outcome.invoice_id, outcome.number) as place,
        greatest(cast(cast(count(*) over () / 20000e0 as double precision) as bigint), 1) as step
    from core.risk_outcome as outcome
)
select
    outcome.invoice_id as invoice_id,
    outcome.number as number,
    outcome.customer_id as customer_id,
    outcome.issued_day as issued_day,
    outcome.due_day as due_day,
    outcome.amount as amount,
    outcome.settled_day as settled_day,
    outcome.days_late as outcome_days,
    history.late_percent as late_percent,
    history.late_percent_recent as late_percent_recent,
    history.days_late as days_late,
    history.days_late_recent as days_late_recent,
    history.days_late_last as days_late_last,
    history.overdue_items as overdue_items,
    history.overdue_percent as overdue_percent,
    history.open_items as open_items,
    history.open_days as open_days,
    history.disputed_percent as disputed_percent,
    history.short_percent as short_percent,
    history.broken_promises as broken_promises,
    history.paid_items as paid_items,
    history.related_months as related_months,
    item.terms_days as terms_days,
    item.usual_percent as usual_percent,
    item.amount_percent as amount_percent,
    item.month_end_wait as month_end_wait,
    item.disputed as disputed
from placed as outcome
join core.risk_history as history
    on history.customer_id = outcome.customer_id
    and history.invoice_id = outcome.invoice_id
    and history.number = outcome.number
join core.risk_item as item
    on item.customer_id = outcome.customer_id
    and item.invoice_id = outcome.invoice_id
    and item.number = outcome.number
    and not item.is_open
where (outcome.place - 1) % nullif(outcome.step, 0) = 0

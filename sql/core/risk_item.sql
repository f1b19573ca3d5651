-- What is known of an item itself, in whole steps that points are given for: of the items of the history as they were issued, and of
-- those open at as_of. Both are worked out here, by the same text.
-- grain:   one row per is_open, invoice_id and number
-- formula: amounts in percent of the customer's mean invoice, and of everybody's; month_end_wait = days from the due day to the end of its
--          month x the share of payments that the customer makes in the last five days of a month; waited = days past due at as_of
-- source:  core.dispute, core.open_span, core.risk_history, core.risk_outcome, raw.day, raw.month, raw.run_param, stg.dispute_flag
-- unit:    days and percent in whole numbers; amount in reporting currency at the invoice's rate
with
raised as (
    select dispute.invoice_id as invoice_id
    from core.dispute as dispute
    join raw.run_param as param
        on dispute.opened_day <= param.as_of_day
    group by dispute.invoice_id
    union
    select flag.invoice_id as invoice_id
    from stg.dispute_flag as flag
),
item as (
    select
        false as is_open, outcome.invoice_id as invoice_id, outcome.number as number, outcome.customer_id as customer_id,
        outcome.invoice_id as history_id, outcome.number as history_number,
        outcome.issued_day as issued_day, outcome.due_day as due_day, outcome.amount as amount, outcome.disputed as disputed
    from core.risk_outcome as outcome
    union all
    select
        true as is_open, span.invoice_id as invoice_id, span.number as number, span.customer_id as customer_id,
        '' as history_id, 0 as history_number,
        span.issued_day as issued_day, span.due_day as due_day, cast(span.open_amount * span.rate as decimal(38, 12)) as amount,
        case when raised.invoice_id is null then 0 else 1 end as disputed
    from core.open_span as span
    join raw.run_param as param
        on span.from_day <= param.as_of_day
        and param.as_of_day < span.to_day
    left join raised
        on raised.invoice_id = span.invoice_id
    where span.open_amount > 0
)
select
    item.is_open as is_open,
    item.invoice_id as invoice_id,
    cast(item.number as bigint) as number,
    item.customer_id as customer_id,
    cast(item.issued_day as bigint) as issued_day,
    cast(item.due_day as bigint) as due_day,
    item.amount as amount,
    cast(least(greatest(item.due_day - item.issued_day, 0), 180) as bigint) as terms_days,
    cast(least(greatest(coalesce(cast(item.amount * 100e0 as double precision) / nullif(history.usual_amount, 0), 100), 5), 400) as bigint) as usual_percent,
    cast(least(greatest(coalesce(cast(item.amount * 100e0 as double precision) / nullif(history.mean_amount, 0), 100), 5), 400) as bigint) as amount_percent,
    cast(coalesce(month.last_day - item.due_day, 0) * history.month_end_rate as bigint) as month_end_wait,
    cast(item.disputed as bigint) as disputed,
    cast(param.as_of_day - item.due_day as bigint) as days_past_due,
    cast(least(greatest(param.as_of_day - item.due_day, -60), 31) as bigint) as waited
from item
cross join raw.run_param as param
join core.risk_history as history
    on history.customer_id = item.customer_id
    and history.invoice_id = item.history_id
    and history.number = item.history_number
left join raw.day as due_date
    on due_date.day = item.due_day
left join raw.month as month
    on month.month = due_date.month

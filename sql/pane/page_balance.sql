-- What each customer owed at the last month ends, and how much of it was past due.
-- grain:   one row per customer_id and month with something open; place counts months back from the as-of day's, which is 1
-- source:  core.open_span, core.period, raw.run_param
-- unit:    reporting currency at the documents' own rates
select
    span.customer_id as customer_id,
    param.as_of_month - period.month + 1 as place,
    period.end_on as on_date,
    cast(sum(span.open_amount * span.rate) as decimal(38, 12)) as open_amount,
    cast(sum(case when span.due_day < period.end_day then span.open_amount * span.rate else 0 end) as decimal(38, 12)) as past_due_amount
from core.open_span as span
cross join raw.run_param as param
join core.period as period
    on span.from_day <= period.end_day
    and period.end_day < span.to_day
    and period.month > param.as_of_month - 12
group by span.customer_id, period.month, period.end_on, param.as_of_month
order by span.customer_id, place

-- The last payments of each customer: when each invoice was due, and when it was paid.
-- grain:   one row per reduction of an invoice by a payment; place 1 is the newest
-- source:  core.reduction, raw.day, raw.run_param
-- unit:    reporting currency at the invoice's own rate; days
select
    reduction.customer_id as customer_id,
    row_number() over (
        partition by reduction.customer_id
        order by reduction.paid_day desc, reduction.reduction_id
    ) as place,
    reduction.invoice_id as invoice_id,
    due.on_date as due_on,
    paid.on_date as paid_on,
    reduction.paid_day - reduction.due_day as days_late,
    cast(reduction.amount * reduction.rate as decimal(38, 12)) as amount
from core.reduction as reduction
join raw.run_param as param
    on reduction.from_day <= param.as_of_day
    and param.as_of_day < reduction.until_day
join raw.day as due
    on due.day = reduction.due_day
join raw.day as paid
    on paid.day = reduction.paid_day
where reduction.kind = 'payment'
    and reduction.fault is null
order by reduction.customer_id, place

-- What was ordered, each in its latest known version.
-- grain:  one row per order_no, line_no
-- source: raw.order_lines, raw.superseded
select
    received.order_no as order_no,
    received.line_no as line_no,
    received.customer_id as customer_id,
    received.invoice_id as invoice_id,
    received.product as product,
    received.quantity as quantity,
    received.price as price,
    received.currency as currency,
    received.ordered_on as ordered_on,
    received.ordered_day as ordered_day,
    received.ordered_month as ordered_month,
    received._batch as _batch,
    received._line as _line
from raw.order_lines as received
left join raw.superseded as superseded
    on superseded.dataset = 'order_lines'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

-- What was ordered and billed, each in its latest known version.
-- grain:  one row per order_no, line_no, invoice_id
-- source: raw.order_lines, raw.superseded
select
    received.order_no as order_no,
    received.line_no as line_no,
    received.customer_id as customer_id,
    received.invoice_id as invoice_id,
    received.kind as kind,
    received.product as product,
    received.quantity as quantity,
    received.price as price,
    received.currency as currency,
    received.ordered_on as ordered_on,
    received.ordered_day as ordered_day,
    received.ordered_month as ordered_month,
    received.tax_percent as tax_percent,
    received.freight as freight,
    received.late_percent as late_percent,
    received.billed_quantity as billed_quantity,
    received.billed_price as billed_price,
    received.billed_tax as billed_tax,
    received.billed_freight as billed_freight,
    received.fee_for as fee_for,
    received._batch as _batch,
    received._line as _line
from raw.order_lines as received
left join raw.superseded as superseded
    on superseded.dataset = 'order_lines'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

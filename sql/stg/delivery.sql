-- What was delivered, each in its latest known version.
-- grain:  one row per delivery_id, line_no
-- source: raw.deliveries, raw.superseded
select
    received.delivery_id as delivery_id,
    received.line_no as line_no,
    received.order_no as order_no,
    received.order_line as order_line,
    received.invoice_id as invoice_id,
    received.product as product,
    received.quantity as quantity,
    received.promised_on as promised_on,
    received.promised_day as promised_day,
    received.promised_month as promised_month,
    received.delivered_on as delivered_on,
    received.delivered_day as delivered_day,
    received.delivered_month as delivered_month,
    received._batch as _batch,
    received._line as _line
from raw.deliveries as received
left join raw.superseded as superseded
    on superseded.dataset = 'deliveries'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

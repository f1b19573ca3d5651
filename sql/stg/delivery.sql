-- What was delivered, each in its latest known version.
-- grain:  one row per delivery_id, line_no
-- source: raw.batch, raw.deliveries
with
repeated as (
    select
        received.delivery_id as delivery_id,
        received.line_no as line_no
    from raw.deliveries as received
    group by received.delivery_id, received.line_no
    having count(*) > 1
),
version as (
    select
        received.delivery_id as delivery_id,
        received.line_no as line_no,
        received.order_no as order_no,
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
        received._line as _line,
        row_number() over (
            partition by received.delivery_id, received.line_no
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.deliveries as received
    join repeated
        on repeated.delivery_id = received.delivery_id
        and repeated.line_no = received.line_no
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.delivery_id as delivery_id,
    received.line_no as line_no,
    received.order_no as order_no,
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
left join repeated
    on repeated.delivery_id = received.delivery_id
    and repeated.line_no = received.line_no
where repeated.delivery_id is null
union all
select
    version.delivery_id as delivery_id,
    version.line_no as line_no,
    version.order_no as order_no,
    version.invoice_id as invoice_id,
    version.product as product,
    version.quantity as quantity,
    version.promised_on as promised_on,
    version.promised_day as promised_day,
    version.promised_month as promised_month,
    version.delivered_on as delivered_on,
    version.delivered_day as delivered_day,
    version.delivered_month as delivered_month,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

-- What was ordered, each in its latest known version.
-- grain:  one row per order_no, line_no
-- source: raw.batch, raw.order_lines
with
repeated as (
    select
        received.order_no as order_no,
        received.line_no as line_no
    from raw.order_lines as received
    group by received.order_no, received.line_no
    having count(*) > 1
),
version as (
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
        received._line as _line,
        row_number() over (
            partition by received.order_no, received.line_no
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.order_lines as received
    join repeated
        on repeated.order_no = received.order_no
        and repeated.line_no = received.line_no
    join raw.batch as batch
        on batch.batch = received._batch
)
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
left join repeated
    on repeated.order_no = received.order_no
    and repeated.line_no = received.line_no
where repeated.order_no is null
union all
select
    version.order_no as order_no,
    version.line_no as line_no,
    version.customer_id as customer_id,
    version.invoice_id as invoice_id,
    version.product as product,
    version.quantity as quantity,
    version.price as price,
    version.currency as currency,
    version.ordered_on as ordered_on,
    version.ordered_day as ordered_day,
    version.ordered_month as ordered_month,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

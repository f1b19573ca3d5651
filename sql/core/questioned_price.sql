-- The lowest price agreed with the customer on the day of the order, for the lines of invoices that are open or disputed.
-- grain:  one row per invoice_id, order_no and line_no with such a price
-- source: core.questioned_line, stg.price
-- unit:   document currency for one unit, without tax; proof_key is customer_id/product/valid_from
with
agreed as (
    select
        line.invoice_id as invoice_id,
        line.order_no as order_no,
        line.line_no as line_no,
        price.price as price,
        price.customer_id || '/' || price.product || '/' || cast(price.valid_from as varchar) as proof_key,
        row_number() over (
            partition by line.invoice_id, line.order_no, line.line_no
            order by price.price, price.valid_from_day desc
        ) as place
    from core.questioned_line as line
    join stg.price as price
        on price.customer_id = line.customer_id
        and price.product = line.product
        and price.currency = line.currency
        and price.valid_from_day <= line.ordered_day
        and line.ordered_day <= coalesce(price.valid_to_day, 2932896)
)
select
    agreed.invoice_id as invoice_id,
    agreed.order_no as order_no,
    agreed.line_no as line_no,
    agreed.price as price,
    agreed.proof_key as proof_key
from agreed
where agreed.place = 1

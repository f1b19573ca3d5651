-- What every line of an open or disputed invoice was billed, beside what it should have been: one set of figures that the
-- discrepancy rules divide among themselves, so that what they find adds up and nothing is found twice.
-- grain:   one row per invoice_id, order_no and line_no; fees for paying late are not goods
-- formula: agreed price = lower of the order's and the agreed one; due quantity = lowest of billed, ordered and
--          delivered; due tax = billed quantity x billed price x tax_percent / 100
-- source:  core.questioned_delivery, core.questioned_line, core.questioned_price
-- unit:    document currency; what is not known is NULL
select
    line.invoice_id as invoice_id,
    line.order_no as order_no,
    line.line_no as line_no,
    line.order_no || '/' || line.line_no as line_key,
    line.invoice_amount as invoice_amount,
    line.tax_factor as tax_factor,
    line.billed_quantity as billed_quantity,
    line.billed_price as billed_price,
    line.billed_tax as billed_tax,
    case
        when line.tax_percent is not null
            then cast(cast(line.billed_quantity * line.billed_price as decimal(38, 6)) * (line.tax_factor - 1) as decimal(28, 9))
    end as due_tax,
    line.freight as freight,
    line.billed_freight as billed_freight,
    line.late_percent as late_percent,
    line.ordered_quantity as ordered_quantity,
    delivery.quantity as delivered_quantity,
    delivery.days_late as days_late,
    delivery.proof_key as delivery_key,
    least(coalesce(line.billed_quantity, 0), coalesce(line.ordered_quantity, line.billed_quantity, 0)) as ordered_billed_quantity,
    cast(least(
        coalesce(line.billed_quantity, 0),
        coalesce(line.ordered_quantity, line.billed_quantity, 0),
        coalesce(delivery.quantity, line.billed_quantity, 0)
    ) as decimal(18, 9)) as due_quantity,
    least(coalesce(line.order_price, price.price), coalesce(price.price, line.order_price)) as agreed_price,
    case when price.price <= coalesce(line.order_price, price.price) then price.proof_key end as price_key
from core.questioned_line as line
left join core.questioned_delivery as delivery
    on delivery.invoice_id = line.invoice_id
    and delivery.order_no = line.order_no
    and delivery.line_no = line.line_no
left join core.questioned_price as price
    on price.invoice_id = line.invoice_id
    and price.order_no = line.order_no
    and price.line_no = line.line_no
where line.kind <> 'late_fee'

-- What was ordered and billed on invoices that are open or disputed. A line in another currency than its invoice has no prices here:
-- nothing can be said about them.
-- grain:  one row per invoice_id, order_no and line_no
-- source: core.questioned, stg.order_line
-- unit:   document currency; tax_factor is 1 + tax_percent / 100, and 1 where no tax from 0 to 100 is known
select
    line.invoice_id as invoice_id,
    line.order_no as order_no,
    line.line_no as line_no,
    coalesce(line.kind, 'goods') as kind,
    invoice.customer_id as customer_id,
    invoice.currency as currency,
    invoice.amount as invoice_amount,
    line.product as product,
    coalesce(line.ordered_day, invoice.issued_day) as ordered_day,
    line.quantity as ordered_quantity,
    line.billed_quantity as billed_quantity,
    case when coalesce(line.currency, invoice.currency) = invoice.currency then line.price end as order_price,
    case when coalesce(line.currency, invoice.currency) = invoice.currency then line.billed_price end as billed_price,
    case when line.tax_percent between 0 and 100 then line.tax_percent end as tax_percent,
    cast(1 + case
        when line.tax_percent between 0 and 100 then cast(line.tax_percent as decimal(9, 4)) * 0.01
        else 0
    end as decimal(9, 6)) as tax_factor,
    line.billed_tax as billed_tax,
    line.freight as freight,
    line.billed_freight as billed_freight,
    case when line.late_percent between 0 and 100 then cast(line.late_percent as decimal(9, 4)) end as late_percent,
    line.fee_for as fee_for
from stg.order_line as line
join core.questioned as invoice
    on invoice.invoice_id = line.invoice_id

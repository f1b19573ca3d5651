-- What had been delivered, by the day the books are read, of the lines of invoices that are open or disputed.
-- grain:   one row per invoice_id, order_no and line_no with a delivery
-- formula: what is not delivered yet counts nothing; days late is that of the latest part, 0 or less is in time
-- source:  core.questioned_line, raw.run_param, stg.delivery
-- unit:    the quantity of the order line; days; proof_key is delivery_id/line_no of the latest part
with
part as (
    select
        line.invoice_id as invoice_id,
        line.order_no as order_no,
        line.line_no as line_no,
        delivery.delivery_id || '/' || delivery.line_no as proof_key,
        case when delivery.delivered_day <= param.as_of_day then coalesce(delivery.quantity, 0) else 0 end as quantity,
        case when delivery.delivered_day <= param.as_of_day then delivery.delivered_day else param.as_of_day end
        - delivery.promised_day as days_late,
        row_number() over (
            partition by line.invoice_id, line.order_no, line.line_no
            order by
                case when delivery.delivered_day <= param.as_of_day then delivery.delivered_day else param.as_of_day + 1 end desc,
                delivery.delivery_id,
                delivery.line_no
        ) as place
    from core.questioned_line as line
    join stg.delivery as delivery
        on delivery.order_no = line.order_no
        and delivery.order_line = line.line_no
        and coalesce(delivery.invoice_id, line.invoice_id) = line.invoice_id
    cross join raw.run_param as param
)
select
    part.invoice_id as invoice_id,
    part.order_no as order_no,
    part.line_no as line_no,
    cast(greatest(least(sum(part.quantity), 999999999), -999999999) as decimal(18, 9)) as quantity,
    cast(max(part.days_late) as bigint) as days_late,
    max(case when part.place = 1 then part.proof_key end) as proof_key
from part
group by part.invoice_id, part.order_no, part.line_no

-- The open items of each customer, how late each is expected to be and why, and where each came from.
-- grain:   one row per invoice_id and number (instalment); place 1 is the one that is late the longest
-- source:  mart.open_item, mart.score, raw.batch, stg.invoice
-- unit:    document currency; reporting currency; points; days
select
    item.customer_id as customer_id,
    row_number() over (
        partition by item.customer_id
        order by item.days_past_due desc, item.invoice_id, item.number
    ) as place,
    item.invoice_id as invoice_id,
    item.number as number,
    item.due_on as due_on,
    item.days_past_due as days_past_due,
    item.currency as currency,
    item.open_amount as open_amount,
    item.reporting_amount as reporting_amount,
    score.score as score,
    score.further_days_late as further_days,
    score.reason_1 as reason_1,
    score.reason_2 as reason_2,
    score.reason_3 as reason_3,
    batch.file as file,
    invoice._line as line
from mart.open_item as item
left join mart.score as score
    on score.invoice_id = item.invoice_id
    and score.number = item.number
left join stg.invoice as invoice
    on invoice.invoice_id = item.invoice_id
left join raw.batch as batch
    on batch.batch = invoice._batch
order by item.customer_id, place

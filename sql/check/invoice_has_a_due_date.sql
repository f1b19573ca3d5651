-- Every open invoice has a due date, or its customer's terms. Without either it is aged from its own date.
-- severity: warn
-- source:   core.customer, mart.open_item
select item.invoice_id as invoice_id, item.customer_id as customer_id, item.issued_on as issued_on
from mart.open_item as item
join core.customer as customer
    on customer.customer_id = item.customer_id
where item.due_assumed
    and customer.terms_days is null

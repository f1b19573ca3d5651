-- What open and disputed invoices say about their order and their terms of payment.
-- grain:  one row per invoice_id that names an order, a purchase order or terms
-- source: core.questioned, stg.invoice
-- unit:   document currency
select
    invoice.invoice_id as invoice_id,
    invoice.customer_id as customer_id,
    invoice.currency as currency,
    invoice.amount as amount,
    invoice.issued_day as issued_day,
    questioned.open_amount as open_amount,
    invoice.order_no as order_no,
    invoice.po_no as po_no,
    invoice.terms as terms
from core.questioned as questioned
join stg.invoice as invoice
    on invoice.invoice_id = questioned.invoice_id
where invoice.order_no is not null
    or invoice.po_no is not null
    or invoice.terms is not null

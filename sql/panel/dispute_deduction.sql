-- Short payments that look like deductions, each with the reason that the discrepancy rules suggest.
-- grain:   one row per invoice_id
-- source:  mart.customer, mart.deduction
-- unit:    short_amount and supported_amount in document currency, reporting_amount in reporting currency; days since the payment
select
    short.invoice_id as invoice_id,
    short.customer_id as customer_id,
    coalesce(customer.name, short.customer_id) as name,
    short.entity as entity,
    short.currency as currency,
    short.paid_on as paid_on,
    short.days as days,
    short.short_amount as short_amount,
    short.supported_amount as supported_amount,
    short.reporting_amount as reporting_amount,
    short.suggested_reason as suggested_reason,
    short.verdict as verdict
from mart.deduction as short
left join mart.customer as customer
    on customer.customer_id = short.customer_id
order by short.reporting_amount desc, short.invoice_id

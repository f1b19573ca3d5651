-- Disputes with what they need of their invoice; one without an amount is about the whole of it.
-- grain:  one row per dispute_id
-- part:   invoice_id
-- source: core.invoice, raw.setting, stg.customer, stg.dispute
-- unit:   document currency of the invoice; rate is the invoice's; days are calendar days
select
    dispute.dispute_id as dispute_id,
    dispute.invoice_id as invoice_id,
    dispute.customer_id as customer_id,
    coalesce(invoice.entity, customer.entity, setting.entity) as entity,
    coalesce(invoice.currency, setting.reporting_currency) as currency,
    invoice.rate as rate,
    dispute.reason as reason,
    dispute.owner as owner,
    dispute.opened_day as opened_day,
    dispute.opened_month as opened_month,
    coalesce(dispute.resolved_day, 2932896) as resolved_day,
    dispute.opened_at as opened_at,
    dispute.resolved_at as resolved_at,
    dispute.opened_second as opened_second,
    dispute.first_response_second as first_response_second,
    dispute.first_response_day as first_response_day,
    dispute.outcome as outcome,
    cast(coalesce(dispute.amount, invoice.amount, 0) as decimal(18, 3)) as amount,
    dispute.upheld as upheld,
    dispute.credited as credited,
    dispute.recovered as recovered,
    invoice.invoice_id is null as orphan
from stg.dispute as dispute
cross join raw.setting as setting
left join core.invoice as invoice
    on invoice.invoice_id = dispute.invoice_id
left join stg.customer as customer
    on customer.customer_id = dispute.customer_id

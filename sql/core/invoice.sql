-- Invoices with what every figure needs of them: entity, due day, the days they exist and their own day's rate.
-- grain:   one row per invoice_id
-- part:    invoice_id
-- formula: due day = given, else issued + customer's terms, else issued (due_assumed); closed_day = voided or cleared
-- source:  core.instalment_count, core.rate, raw.setting, stg.customer, stg.invoice
-- unit:    document currency; rate in reporting currency
select
    invoice.invoice_id as invoice_id,
    invoice.customer_id as customer_id,
    coalesce(invoice.entity, customer.entity, setting.entity) as entity,
    invoice.currency as currency,
    coalesce(invoice.kind, 'invoice') as kind,
    invoice.issued_day as issued_day,
    invoice.issued_month as issued_month,
    coalesce(invoice.due_day, invoice.issued_day + customer.terms_days, invoice.issued_day) as due_day,
    invoice.due_day is null and counted.invoice_id is null as due_assumed,
    coalesce(invoice.voided_day, 2932896) as void_day,
    coalesce(invoice.voided_month, 119999) as void_month,
    coalesce(invoice.cleared_day, 2932896) as cleared_day,
    least(coalesce(invoice.voided_day, 2932896), coalesce(invoice.cleared_day, 2932896)) as closed_day,
    invoice.amount as amount,
    cast(coalesce(
        invoice.rate,
        case when invoice.currency = setting.reporting_currency then 1 end,
        rate.rate
    ) as decimal(28, 9)) as rate,
    coalesce(counted.instalments, 0) as instalments
from stg.invoice as invoice
cross join raw.setting as setting
left join stg.customer as customer
    on customer.customer_id = invoice.customer_id
left join core.rate as rate
    on rate.currency = invoice.currency
    and rate.day = invoice.issued_day
left join core.instalment_count as counted
    on counted.invoice_id = invoice.invoice_id

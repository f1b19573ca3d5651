-- What customers can settle invoices with: receipts and credit memos.
-- grain:  one row per source_id (payment_id or credit_id)
-- part:   source_id
-- source: core.rate, raw.setting, stg.credit, stg.customer, stg.payment
-- unit:   document currency; rate in reporting currency
with
document as (
    select
        payment.payment_id as source_id,
        'payment' as kind,
        payment.customer_id as customer_id,
        payment.currency as currency,
        payment.received_day as dated_day,
        payment.received_month as dated_month,
        coalesce(payment.reversed_day, 2932896) as until_day,
        coalesce(payment.reversed_month, 119999) as until_month,
        payment.amount as amount,
        payment.rate as rate
    from stg.payment as payment
    union all
    select
        credit.credit_id as source_id,
        'credit' as kind,
        credit.customer_id as customer_id,
        credit.currency as currency,
        credit.issued_day as dated_day,
        credit.issued_month as dated_month,
        2932896 as until_day,
        119999 as until_month,
        credit.amount as amount,
        credit.rate as rate
    from stg.credit as credit
)
select
    document.source_id as source_id,
    document.kind as kind,
    document.customer_id as customer_id,
    coalesce(customer.entity, setting.entity) as entity,
    document.currency as currency,
    document.dated_day as dated_day,
    document.dated_month as dated_month,
    document.until_day as until_day,
    cast(document.until_month as bigint) as until_month,
    document.amount as amount,
    cast(coalesce(
        document.rate,
        case when document.currency = setting.reporting_currency then 1 end,
        rate.rate
    ) as decimal(28, 9)) as rate
from document
cross join raw.setting as setting
left join stg.customer as customer
    on customer.customer_id = document.customer_id
left join core.rate as rate
    on rate.currency = document.currency
    and rate.day = document.dated_day

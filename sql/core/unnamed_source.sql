-- Who paid, or was credited, where an application does not say which invoice it settles, and in which currency.
-- grain:  one row per application_id whose source is known
-- source: core.unnamed_application, stg.credit, stg.payment
select
    application.application_id as application_id,
    payment.customer_id as customer_id,
    payment.currency as currency,
    payment.reversed_day is not null as is_reversed
from core.unnamed_application as application
join stg.payment as payment
    on payment.payment_id = application.source_id
union all
select
    application.application_id as application_id,
    credit.customer_id as customer_id,
    credit.currency as currency,
    false as is_reversed
from core.unnamed_application as application
join stg.credit as credit
    on credit.credit_id = application.source_id

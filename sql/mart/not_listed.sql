-- Who owes something and is not on the worklist, and why.
-- grain:  one row per customer_id
-- source: core.absence, core.account, core.customer, raw.run_param, raw.setting
-- unit:   reporting currency
select
    customer.collector as collector,
    account.customer_id as customer_id,
    customer.name as name,
    customer.entity as entity,
    setting.reporting_currency as currency,
    absence.reason as reason,
    absence.until_on as until_on,
    account.open_amount as open_amount,
    account.past_due_amount as past_due_amount,
    account.disputed_amount as disputed_amount,
    account.promised_amount as promised_amount,
    account.planned_amount as planned_amount,
    account.credit_amount as credit_amount,
    account.collectable_amount as collectable_amount,
    param.as_of_day - account.contacted_day as days_since_contact
from core.account as account
cross join raw.run_param as param
cross join raw.setting as setting
join core.customer as customer
    on customer.customer_id = account.customer_id
join core.absence as absence
    on absence.customer_id = account.customer_id
where absence.reason is not null

-- Promises to pay that have matured by as_of, in the order in which cash is held against them: earliest due first.
-- grain:  one row per promise_id
-- source: core.customer, core.invoice, core.period, raw.setting, stg.promise
-- unit:   document currency; place counts the promises of a customer and currency from 1
select
    promise.promise_id as promise_id,
    promise.customer_id as customer_id,
    promise.invoice_id as invoice_id,
    coalesce(invoice.entity, customer.entity, setting.entity) as entity,
    promise.currency as currency,
    promise.made_day as made_day,
    promise.due_day + setting.promise_grace_days as last_day,
    promise.amount as amount,
    row_number() over (
        partition by promise.customer_id, promise.currency
        order by promise.due_day, promise.made_day, promise.promise_id
    ) as place
from stg.promise as promise
cross join raw.setting as setting
join core.period as period
    on period.is_as_of
    and promise.due_day + setting.promise_grace_days < period.end_day
left join core.invoice as invoice
    on invoice.invoice_id = promise.invoice_id
left join core.customer as customer
    on customer.customer_id = promise.customer_id

-- Invoices that were cleared some time between two lists of open items: after listed_on, by gone_on, nobody says when or how.
-- grain:  one row per invoice_id that had vanished by as_of
-- source: core.cleared_between, raw.run_param, raw.setting
-- unit:   document currency
select
    cleared.invoice_id as invoice_id,
    cleared.customer_id as customer_id,
    coalesce(cleared.entity, setting.entity) as entity,
    cleared.currency as currency,
    cleared.amount as amount,
    cleared.listed_on as listed_on,
    cleared.gone_on as gone_on,
    cleared.gone_day - cleared.listed_day as days_between,
    cleared.source as source
from core.cleared_between as cleared
cross join raw.setting as setting
cross join raw.run_param as param
where cleared.gone_day <= param.as_of_day

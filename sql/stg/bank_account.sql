-- Accounts that customers are refunded to, each in its latest known version.
-- grain:  one row per customer_id
-- source: raw.bank_accounts, raw.superseded
select
    received.customer_id as customer_id,
    received.iban as iban,
    received.bic as bic,
    received.holder as holder,
    received.street as street,
    received.building as building,
    received.postcode as postcode,
    received.town as town,
    received.country as country,
    received._batch as _batch,
    received._line as _line
from raw.bank_accounts as received
left join raw.superseded as superseded
    on superseded.dataset = 'bank_accounts'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

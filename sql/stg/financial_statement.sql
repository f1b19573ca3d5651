-- Accounts of customers, each in its latest known version.
-- grain:  one row per customer_id and accounts_day
-- source: raw.financial_statements, raw.superseded
select
    received.customer_id as customer_id,
    received."on" as accounts_on,
    received.on_day as accounts_day,
    received.currency as currency,
    received.total_assets as total_assets,
    received.current_assets as current_assets,
    received.total_liabilities as total_liabilities,
    received.current_liabilities as current_liabilities,
    received.retained_earnings as retained_earnings,
    received.ebit as ebit,
    received.equity as equity,
    received._batch as _batch,
    received._line as _line
from raw.financial_statements as received
left join raw.superseded as superseded
    on superseded.dataset = 'financial_statements'
    and superseded.batch = received._batch
    and superseded.line = received._line
where superseded.dataset is null

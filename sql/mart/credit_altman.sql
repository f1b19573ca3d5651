-- Altman's Z'' of each customer whose accounts are known, for private and service companies too.
-- The newest accounts on or before as_of count. A customer without liabilities or assets has no Z''.
-- grain:   one row per customer_id with accounts
-- formula: 6.56 x working capital / assets + 3.26 x retained earnings / assets + 6.72 x EBIT / assets + 1.05 x equity / liabilities;
--          safe above 2.60, distress below 1.10, grey between (Altman 1993, the four-variable model)
-- source:  raw.run_param, stg.financial_statement
-- unit:    the accounts' own currency; z without a unit
with
newest as (
    select
        statement.customer_id as customer_id,
        statement.accounts_on as accounts_on,
        statement.currency as currency,
        statement.total_assets as total_assets,
        statement.current_assets - statement.current_liabilities as working_capital,
        statement.retained_earnings as retained_earnings,
        statement.ebit as ebit,
        statement.equity as equity,
        statement.total_liabilities as total_liabilities,
        row_number() over (partition by statement.customer_id order by statement.accounts_day desc) as recency
    from stg.financial_statement as statement
    join raw.run_param as param
        on statement.accounts_day <= param.as_of_day
),
shared as (
    select
        newest.customer_id as customer_id,
        newest.accounts_on as accounts_on,
        newest.currency as currency,
        newest.working_capital * 1e0 / nullif(newest.total_assets, 0) as working_capital_share,
        newest.retained_earnings * 1e0 / nullif(newest.total_assets, 0) as retained_share,
        newest.ebit * 1e0 / nullif(newest.total_assets, 0) as ebit_share,
        newest.equity * 1e0 / nullif(newest.total_liabilities, 0) as equity_share
    from newest
    where newest.recency = 1
),
scored as (
    select
        shared.customer_id as customer_id,
        shared.accounts_on as accounts_on,
        shared.currency as currency,
        shared.working_capital_share as working_capital_share,
        shared.retained_share as retained_share,
        shared.ebit_share as ebit_share,
        shared.equity_share as equity_share,
        6.56e0 * shared.working_capital_share + 3.26e0 * shared.retained_share + 6.72e0 * shared.ebit_share
            + 1.05e0 * shared.equity_share as z
    from shared
)
select
    scored.customer_id as customer_id,
    scored.accounts_on as accounts_on,
    scored.currency as currency,
    cast(scored.working_capital_share as decimal(18, 6)) as working_capital_share,
    cast(scored.retained_share as decimal(18, 6)) as retained_share,
    cast(scored.ebit_share as decimal(18, 6)) as ebit_share,
    cast(scored.equity_share as decimal(18, 6)) as equity_share,
    cast(scored.z as decimal(18, 6)) as z,
    case
        when scored.z > 2.6e0 then 'safe'
        when scored.z < 1.1e0 then 'distress'
        when scored.z is not null then 'grey'
    end as zone
from scored

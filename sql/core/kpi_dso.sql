-- The DSO family at the end of every reported period.
-- grain:   one row per month, dimension, scope_member and kpi
-- formula: kpi.yaml names each; amounts are added exactly before anything is divided; opening balances are those of the month-ends before the window
-- source:  core.billing_age, core.countback, core.scope_balance, core.scope_period, core.scope_window
-- unit:    days, but for ar_turnover (times a year) and dso_countback_unexhausted (reporting currency)
with
known as (
    select
        grid.month as month,
        grid.dimension as dimension,
        grid.scope_member as scope_member,
        grid.window_days * 1e0 as window_days,
        balance.net * 1e0 as net,
        balance.gross * 1e0 as gross,
        balance.due_current * 1e0 as due_current,
        balance.age_amount * 1e0 as age_amount,
        (opening.net + balance.net) * 1e0 as opening_and_closing_net,
        (second.net + third.net + balance.net) * 1e0 as three_month_ends_net,
        (balance.net - balance.due_current) * 1e0 as delinquent_net,
        (balance.gross - balance.due_current) * 1e0 as past_due,
        flow.window_sales * 1e0 as window_sales,
        countback.days as countback_days,
        countback.unexhausted as unexhausted,
        case when age.month is null and balance.gross = 0 then 0 else age.sales_weighted_days end as sales_weighted_days,
        case when age.month is null and balance.gross = 0 then 0 else age.true_days end as true_days
    from core.scope_period as grid
    join core.scope_balance as balance
        on balance.month = grid.month
        and balance.dimension = grid.dimension
        and balance.scope_member = grid.scope_member
    join core.scope_balance as third
        on third.month = grid.month - 1
        and third.dimension = grid.dimension
        and third.scope_member = grid.scope_member
    join core.scope_balance as second
        on second.month = grid.month - 2
        and second.dimension = grid.dimension
        and second.scope_member = grid.scope_member
    join core.scope_balance as opening
        on opening.month = grid.month - 3
        and opening.dimension = grid.dimension
        and opening.scope_member = grid.scope_member
    join core.scope_window as flow
        on flow.month = grid.month
        and flow.dimension = grid.dimension
        and flow.scope_member = grid.scope_member
    join core.countback as countback
        on countback.month = grid.month
        and countback.dimension = grid.dimension
        and countback.scope_member = grid.scope_member
    left join core.billing_age as age
        on age.month = grid.month
        and age.dimension = grid.dimension
        and age.scope_member = grid.scope_member
    where grid.is_reported
)
select
    known.month as month,
    known.dimension as dimension,
    known.scope_member as scope_member,
    named.kpi as kpi,
    '' as bucket,
    named.unit as unit,
    case
        when named.kpi = 'dso_countback_unexhausted' then known.unexhausted
        else cast(case
            when named.kpi = 'dso' then known.net * known.window_days / nullif(known.window_sales, 0)
            when named.kpi = 'dso_avg' then known.opening_and_closing_net / 2 * known.window_days / nullif(known.window_sales, 0)
            when named.kpi = 'dso_rolling'
                then known.three_month_ends_net * 30 / nullif(known.window_sales, 0)
            when named.kpi = 'dso_countback' then known.countback_days
            when named.kpi = 'dso_sales_weighted' then known.sales_weighted_days
            when named.kpi = 'dso_true' then known.true_days
            when named.kpi = 'avg_age_open' then known.age_amount / nullif(known.gross, 0)
            when named.kpi = 'bpdso' then known.due_current * known.window_days / nullif(known.window_sales, 0)
            when named.kpi = 'add' then known.delinquent_net * known.window_days / nullif(known.window_sales, 0)
            when named.kpi = 'ddso' then known.past_due * known.window_days / nullif(known.window_sales, 0)
            when named.kpi = 'ar_turnover'
                then known.window_sales * 365 * 2 / nullif(known.window_days, 0)
                    / nullif(known.opening_and_closing_net, 0)
        end as decimal(38, 12))
    end as value
from known
cross join (
    values
    ('dso', 'days'),
    ('dso_avg', 'days'),
    ('dso_rolling', 'days'),
    ('dso_countback', 'days'),
    ('dso_countback_unexhausted', 'amount'),
    ('dso_sales_weighted', 'days'),
    ('dso_true', 'days'),
    ('avg_age_open', 'days'),
    ('bpdso', 'days'),
    ('add', 'days'),
    ('ddso', 'days'),
    ('ar_turnover', 'ratio')
) as named (kpi, unit)

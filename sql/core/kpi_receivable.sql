-- The KPIs of what is owed at the end of every reported period.
-- grain:  one row per month, dimension, scope_member, kpi and bucket
-- source: core.concentration, core.period, core.provision, core.scope_balance, core.scope_period, core.scope_window
-- unit:   reporting currency for amounts, percent for shares
with
known as (
    select
        grid.month as month,
        grid.dimension as dimension,
        grid.scope_member as scope_member,
        balance.net as net,
        balance.gross as gross,
        balance.credits as credits,
        balance.unapplied_cash as unapplied_cash,
        balance.due_current as due_current,
        balance.due_30 as due_30,
        balance.due_60 as due_60,
        balance.due_90 as due_90,
        balance.due_over as due_over,
        balance.age_30 as age_30,
        balance.age_60 as age_60,
        balance.age_90 as age_90,
        balance.age_over as age_over,
        balance.disputed as disputed,
        flow.window_sales as window_sales,
        flow.received as received,
        flow.received_unapplied as received_unapplied,
        provision.amount as provision,
        concentration.top10_share as top10_share,
        concentration.hhi as hhi
    from core.scope_period as grid
    join core.period as period
        on period.month = grid.month
    join core.scope_balance as balance
        on balance.month = grid.month
        and balance.dimension = grid.dimension
        and balance.scope_member = grid.scope_member
    join core.scope_window as flow
        on flow.month = grid.month
        and flow.dimension = grid.dimension
        and flow.scope_member = grid.scope_member
    left join core.provision as provision
        on provision.month = grid.month
        and provision.dimension = grid.dimension
        and provision.scope_member = grid.scope_member
    left join core.concentration as concentration
        on period.is_as_of
        and concentration.dimension = grid.dimension
        and concentration.scope_member = grid.scope_member
    where grid.is_reported
)
select
    known.month as month,
    known.dimension as dimension,
    known.scope_member as scope_member,
    named.kpi as kpi,
    named.bucket as bucket,
    named.unit as unit,
    case
        when named.kpi = 'ar_net' then known.net
        when named.kpi = 'ar_gross' then known.gross
        when named.kpi = 'credits' then known.credits
        when named.kpi = 'sales' then known.window_sales
        when named.kpi = 'unapplied_cash' then known.unapplied_cash
        when named.kpi = 'disputed_open_ar' then known.disputed
        when named.kpi = 'ecl' then known.provision
        when named.kpi = 'aging_due' and named.bucket = 'current' then known.due_current
        when named.kpi = 'aging_due' and named.bucket = '1-30' then known.due_30
        when named.kpi = 'aging_due' and named.bucket = '31-60' then known.due_60
        when named.kpi = 'aging_due' and named.bucket = '61-90' then known.due_90
        when named.kpi = 'aging_due' and named.bucket = '91+' then known.due_over
        when named.kpi = 'aging_invoice' and named.bucket = '0-30' then known.age_30
        when named.kpi = 'aging_invoice' and named.bucket = '31-60' then known.age_60
        when named.kpi = 'aging_invoice' and named.bucket = '61-90' then known.age_90
        when named.kpi = 'aging_invoice' and named.bucket = '91+' then known.age_over
        when named.kpi = 'pct_current'
            then cast(known.due_current * 100e0 / nullif(known.gross, 0) as decimal(38, 12))
        when named.kpi = 'pct_past_due'
            then cast((known.gross - known.due_current) * 100e0 / nullif(known.gross, 0) as decimal(38, 12))
        when named.kpi = 'unapplied_pct_ar'
            then cast(known.unapplied_cash * 100e0 / nullif(known.gross, 0) as decimal(38, 12))
        when named.kpi = 'cash_application_rate'
            then cast((known.received - known.received_unapplied) * 100e0 / nullif(known.received, 0) as decimal(38, 12))
        when named.kpi = 'disputed_pct_ar'
            then cast(known.disputed * 100e0 / nullif(known.gross, 0) as decimal(38, 12))
        when named.kpi = 'top10_share' then cast(known.top10_share as decimal(38, 12))
        when named.kpi = 'hhi' then cast(known.hhi as decimal(38, 12))
    end as value
from known
cross join (
    values
    ('ar_net', '', 'amount'),
    ('ar_gross', '', 'amount'),
    ('credits', '', 'amount'),
    ('sales', '', 'amount'),
    ('aging_due', 'current', 'amount'),
    ('aging_due', '1-30', 'amount'),
    ('aging_due', '31-60', 'amount'),
    ('aging_due', '61-90', 'amount'),
    ('aging_due', '91+', 'amount'),
    ('aging_invoice', '0-30', 'amount'),
    ('aging_invoice', '31-60', 'amount'),
    ('aging_invoice', '61-90', 'amount'),
    ('aging_invoice', '91+', 'amount'),
    ('pct_current', '', 'percent'),
    ('pct_past_due', '', 'percent'),
    ('unapplied_cash', '', 'amount'),
    ('unapplied_pct_ar', '', 'percent'),
    ('cash_application_rate', '', 'percent'),
    ('disputed_open_ar', '', 'amount'),
    ('disputed_pct_ar', '', 'percent'),
    ('ecl', '', 'amount'),
    ('top10_share', '', 'percent'),
    ('hhi', '', 'ratio')
) as named (kpi, bucket, unit)

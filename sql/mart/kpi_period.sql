-- What is owed and DSO at the end of every fiscal period, where there is a fiscal calendar.
-- grain:   one row per kpi, fiscal_year, fiscal_period, dimension, member and bucket
-- formula: as in mart.kpi_month, with the three fiscal periods that end with this one for the window. An entity is read by its own
--          calendar where it has one, everything else by the company's
-- source:  core.fiscal_balance, core.fiscal_period, core.fiscal_sale, raw.run_param, raw.setting
-- unit:    as unit says; amounts in the reporting currency
with
fact as (
    select
        balance.calendar as calendar,
        balance.starts_day as starts_day,
        balance.entity as entity,
        balance.currency as currency,
        balance.member as member,
        balance.side as side,
        balance.bucket as bucket,
        balance.reporting_amount as amount
    from core.fiscal_balance as balance
    union all
    select
        sale.calendar as calendar,
        sale.starts_day as starts_day,
        sale.entity as entity,
        sale.currency as currency,
        sale.member as member,
        'sale' as side,
        '' as bucket,
        sale.sales as amount
    from core.fiscal_sale as sale
),
own as (
    select period.calendar as entity
    from core.fiscal_period as period
    where period.calendar <> ''
    group by period.calendar
),
placed as (
    select
        named.dimension as dimension,
        case named.dimension
            when 'entity' then fact.entity
            when 'currency' then fact.currency
            when 'by' then fact.member
            else ''
        end as member,
        fact.calendar as calendar,
        fact.starts_day as starts_day,
        fact.entity as entity,
        fact.side as side,
        fact.bucket as bucket,
        fact.amount as amount
    from fact
    left join own
        on own.entity = fact.entity
    join (values ('all'), ('entity'), ('currency'), ('by')) as named (dimension)
        on named.dimension = 'entity' and fact.calendar = coalesce(own.entity, '')
        or named.dimension in ('all', 'currency') and fact.calendar = ''
        or named.dimension = 'by' and fact.calendar = '' and fact.member <> ''
),
scope as (
    select
        placed.dimension as dimension,
        placed.member as member,
        placed.calendar as calendar,
        case when min(placed.entity) = max(placed.entity) then min(placed.entity) else '*' end as entity
    from placed
    group by placed.dimension, placed.member, placed.calendar
),
summed as (
    select
        placed.dimension as dimension,
        placed.member as member,
        placed.starts_day as starts_day,
        sum(case when placed.side <> 'sale' then placed.amount else 0 end) as net,
        sum(case when placed.side = 'item' then placed.amount else 0 end) as gross,
        sum(case when placed.side = 'payment' then -placed.amount else 0 end) as unapplied,
        sum(case when placed.side = 'sale' then placed.amount else 0 end) as sales,
        sum(case when placed.side = 'item' and placed.bucket = 'current' then placed.amount else 0 end) as due_current,
        sum(case when placed.side = 'item' and placed.bucket = '1-30' then placed.amount else 0 end) as due_30,
        sum(case when placed.side = 'item' and placed.bucket = '31-60' then placed.amount else 0 end) as due_60,
        sum(case when placed.side = 'item' and placed.bucket = '61-90' then placed.amount else 0 end) as due_90,
        sum(case when placed.side = 'item' and placed.bucket = '91+' then placed.amount else 0 end) as due_over
    from placed
    group by placed.dimension, placed.member, placed.starts_day
),
known as (
    select
        scope.dimension as dimension,
        scope.member as member,
        scope.entity as entity,
        period.fiscal_year as fiscal_year,
        period.fiscal_period as fiscal_period,
        period.starts_on as starts_on,
        period.end_on as end_on,
        period.window_days * 1e0 as window_days,
        cast(coalesce(summed.net, 0) as decimal(38, 12)) as net,
        cast(coalesce(summed.gross, 0) as decimal(38, 12)) as gross,
        cast(coalesce(summed.unapplied, 0) as decimal(38, 12)) as unapplied,
        cast(case when period.window_days is not null then coalesce(summed.sales, 0) end as decimal(38, 12)) as sales,
        cast(coalesce(summed.gross - summed.net, 0) as decimal(38, 12)) as credits,
        cast(coalesce(summed.due_current, 0) as decimal(38, 12)) as due_current,
        cast(coalesce(summed.due_30, 0) as decimal(38, 12)) as due_30,
        cast(coalesce(summed.due_60, 0) as decimal(38, 12)) as due_60,
        cast(coalesce(summed.due_90, 0) as decimal(38, 12)) as due_90,
        cast(coalesce(summed.due_over, 0) as decimal(38, 12)) as due_over
    from scope
    join core.fiscal_period as period
        on period.calendar = scope.calendar
    left join summed
        on summed.dimension = scope.dimension
        and summed.member = scope.member
        and summed.starts_day = period.starts_day
)
select
    named.kpi as kpi,
    known.fiscal_year as fiscal_year,
    known.fiscal_period as fiscal_period,
    known.starts_on as starts_on,
    known.end_on as ends_on,
    known.entity as entity,
    setting.reporting_currency as currency,
    case known.dimension when 'all' then '' when 'by' then param.by_dimension else known.dimension end as dimension,
    known.member as member,
    named.bucket as bucket,
    case
        when named.kpi = 'ar_net' then known.net
        when named.kpi = 'ar_gross' then known.gross
        when named.kpi = 'credits' then known.credits
        when named.kpi = 'unapplied_cash' then known.unapplied
        when named.kpi = 'sales' then known.sales
        when named.bucket = 'current' then known.due_current
        when named.bucket = '1-30' then known.due_30
        when named.bucket = '31-60' then known.due_60
        when named.bucket = '61-90' then known.due_90
        when named.bucket = '91+' then known.due_over
        else cast(case named.kpi
            when 'pct_current' then known.due_current * 100e0 / nullif(known.gross, 0)
            when 'pct_past_due' then (known.gross - known.due_current) * 100e0 / nullif(known.gross, 0)
            when 'dso' then known.net * known.window_days / nullif(known.sales, 0)
            when 'bpdso' then known.due_current * known.window_days / nullif(known.sales, 0)
            when 'add' then (known.net - known.due_current) * known.window_days / nullif(known.sales, 0)
            when 'ddso' then (known.gross - known.due_current) * known.window_days / nullif(known.sales, 0)
        end as decimal(38, 12))
    end as value,
    named.unit as unit
from known
cross join raw.setting as setting
cross join raw.run_param as param
cross join (
    values
    ('ar_net', '', 'amount'),
    ('ar_gross', '', 'amount'),
    ('credits', '', 'amount'),
    ('unapplied_cash', '', 'amount'),
    ('sales', '', 'amount'),
    ('aging_due', 'current', 'amount'),
    ('aging_due', '1-30', 'amount'),
    ('aging_due', '31-60', 'amount'),
    ('aging_due', '61-90', 'amount'),
    ('aging_due', '91+', 'amount'),
    ('pct_current', '', 'percent'),
    ('pct_past_due', '', 'percent'),
    ('dso', '', 'days'),
    ('bpdso', '', 'days'),
    ('add', '', 'days'),
    ('ddso', '', 'days')
) as named (kpi, bucket, unit)

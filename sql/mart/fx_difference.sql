-- Exchange differences of every month: realised by settling, and unrealised by valuing what is open at closing rates.
-- grain:   one row per month, entity and currency with either
-- formula: realised = applied x (rate of the receipt or credit memo - rate of the invoice); unrealised stock = open amount x
--          (closing rate - document's own rate); total = realised + change of the unrealised stock, which is fx of mart.movement
-- source:  core.balance, core.closing_rate, core.fx_realised, core.period
-- unit:    document currency for applied_amount; reporting currency
with
stock as (
    select
        balance.month as month,
        balance.entity as entity,
        balance.currency as currency,
        balance.reporting_amount as closing_amount,
        balance.own_amount as own_amount
    from core.balance as balance
    join core.closing_rate as closing
        on closing.month = balance.month
        and closing.currency = balance.currency
),
unrealised as (
    select
        stock.month as month,
        stock.entity as entity,
        stock.currency as currency,
        sum(stock.closing_amount) - sum(stock.own_amount) as amount
    from stock
    group by stock.month, stock.entity, stock.currency
),
realised as (
    select
        period.month as month,
        difference.entity as entity,
        difference.currency as currency,
        sum(difference.applied_amount) as applied_amount,
        sum(difference.invoice_amount) as invoice_amount,
        sum(difference.source_amount) as source_amount
    from core.fx_realised as difference
    join core.period as period
        on difference.day between period.first_day and period.end_day
    group by period.month, difference.entity, difference.currency
),
cell as (
    select unrealised.entity as entity, unrealised.currency as currency
    from unrealised
    union
    select realised.entity as entity, realised.currency as currency
    from realised
)
select
    period.month as month,
    period.end_on as month_end,
    cell.entity as entity,
    cell.currency as currency,
    cast(coalesce(realised.applied_amount, 0) as decimal(38, 3)) as applied_amount,
    cast(coalesce(realised.invoice_amount, 0) as decimal(38, 12)) as invoice_amount,
    cast(coalesce(realised.source_amount, 0) as decimal(38, 12)) as source_amount,
    cast(coalesce(realised.source_amount - realised.invoice_amount, 0) as decimal(38, 12)) as realised,
    cast(coalesce(opening.amount, 0) as decimal(38, 12)) as opening_unrealised,
    cast(coalesce(closing.amount, 0) as decimal(38, 12)) as closing_unrealised,
    cast(
        coalesce(realised.source_amount - realised.invoice_amount, 0) + coalesce(closing.amount, 0) - coalesce(opening.amount, 0)
        as decimal(38, 12)
    ) as total
from core.period as period
cross join cell
left join realised
    on realised.month = period.month
    and realised.entity = cell.entity
    and realised.currency = cell.currency
left join unrealised as opening
    on opening.month = period.month - 1
    and opening.entity = cell.entity
    and opening.currency = cell.currency
left join unrealised as closing
    on closing.month = period.month
    and closing.entity = cell.entity
    and closing.currency = cell.currency
where period.is_reported

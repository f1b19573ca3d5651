-- What settling at another rate than billing gained or lost, by the day on which the settlement took effect or was undone.
-- grain:   one row per entity, currency and day; currencies that are always worth 1 have none
-- formula: applied amount x (rate of the receipt or credit memo - rate of the invoice)
-- source:  core.flow, core.reduction, core.source, raw.setting
-- unit:    document currency for applied; reporting currency
with
foreign_currency as (
    select flow.currency as currency
    from core.flow as flow
    cross join raw.setting as setting
    where flow.currency <> setting.reporting_currency
        or flow.reporting_amount <> flow.amount
    group by flow.currency
),
settled as (
    select
        reduction.entity as entity,
        reduction.currency as currency,
        reduction.from_day as from_day,
        reduction.until_day as until_day,
        reduction.amount as amount,
        reduction.rate as invoice_rate,
        source.rate as source_rate
    from core.reduction as reduction
    join foreign_currency
        on foreign_currency.currency = reduction.currency
    join core.source as source
        on source.source_id = reduction.source_id
    where reduction.fault is null
        and reduction.kind in ('payment', 'credit')
        and reduction.from_day < reduction.until_day
),
effect as (
    select
        settled.entity as entity,
        settled.currency as currency,
        settled.from_day as day,
        settled.amount as amount,
        settled.invoice_rate as invoice_rate,
        settled.source_rate as source_rate
    from settled
    union all
    select
        settled.entity as entity,
        settled.currency as currency,
        settled.until_day as day,
        -settled.amount as amount,
        settled.invoice_rate as invoice_rate,
        settled.source_rate as source_rate
    from settled
    where settled.until_day < 2932896
)
select
    effect.entity as entity,
    effect.currency as currency,
    effect.day as day,
    cast(sum(effect.amount) as decimal(38, 3)) as applied_amount,
    cast(sum(effect.amount * effect.invoice_rate) as decimal(38, 12)) as invoice_amount,
    cast(sum(effect.amount * effect.source_rate) as decimal(38, 12)) as source_amount
from effect
group by effect.entity, effect.currency, effect.day

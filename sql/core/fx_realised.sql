-- What settling at another rate than billing gained or lost, by the day on which the settlement took effect or was undone.
-- grain:   one row per entity, currency and day; what is billed and settled in the reporting currency at 1 has none
-- adds:    entries, applied_amount, invoice_amount, source_amount
-- formula: applied amount x (rate of the receipt or credit memo - rate of the invoice)
-- source:  core.reduction, raw.setting
-- unit:    document currency for applied; reporting currency
with
settled as (
    select
        reduction.entity as entity,
        reduction.currency as currency,
        reduction.from_day as from_day,
        reduction.until_day as until_day,
        reduction.amount as amount,
        reduction.rate as invoice_rate,
        reduction.source_rate as source_rate
    from core.reduction as reduction
    cross join raw.setting as setting
    where reduction.fault is null
        and reduction.kind in ('payment', 'credit')
        and reduction.from_day < reduction.until_day
        and (
            reduction.currency <> setting.reporting_currency
            or reduction.rate <> 1
            or reduction.source_rate <> 1
        )
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
    count(*) as entries,
    cast(sum(effect.amount) as decimal(38, 3)) as applied_amount,
    cast(sum(effect.amount * effect.invoice_rate) as decimal(38, 12)) as invoice_amount,
    cast(sum(effect.amount * effect.source_rate) as decimal(38, 12)) as source_amount
from effect
group by effect.entity, effect.currency, effect.day

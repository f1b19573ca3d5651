-- Every open item and credit in the currencies of document, entity and report, with the rates and the days they are of.
-- grain:   one row per kind, document_id and number (instalment; 1 for receipts and credit memos); credits are below 0
-- formula: unrealised difference = open amount x (closing rate - document's own rate). A currency without a closing rate stays at
--          its documents' own, and has no difference. An entity's rate = the document's / the entity currency's of the same day
-- source:  core.closing_rate, core.credit_span, core.entity, core.open_span, core.period, core.rate_span, raw.day, raw.setting
-- unit:    as the column says; rates are into the reporting currency, entity_rate and entity_closing_rate into the entity's
with
item as (
    select
        'invoice' as kind,
        span.invoice_id as document_id,
        span.number as number,
        span.customer_id as customer_id,
        span.entity as entity,
        span.currency as currency,
        span.issued_day as dated_day,
        span.rate as rate,
        span.open_amount as open_amount
    from core.open_span as span
    join core.period as period
        on period.is_as_of
        and span.from_day <= period.end_day
        and period.end_day < span.to_day
    union all
    select
        span.kind as kind,
        span.source_id as document_id,
        cast(1 as bigint) as number,
        span.customer_id as customer_id,
        span.entity as entity,
        span.currency as currency,
        span.dated_day as dated_day,
        span.rate as rate,
        -span.open_amount as open_amount
    from core.credit_span as span
    join core.period as period
        on period.is_as_of
        and span.from_day <= period.end_day
        and period.end_day < span.to_day
),
rated as (
    select
        item.kind as kind,
        item.document_id as document_id,
        item.number as number,
        item.customer_id as customer_id,
        item.entity as entity,
        item.currency as currency,
        item.dated_day as dated_day,
        cast(item.open_amount as decimal(18, 3)) as open_amount,
        item.rate as rate,
        case when listed.rate = item.rate then listed.from_day else item.dated_day end as rate_day,
        cast(coalesce(closing.rate, item.rate) as decimal(28, 9)) as closing_rate,
        case
            when closing.rate is not null then newest.from_day
            when listed.rate = item.rate then listed.from_day
            else item.dated_day
        end as closing_rate_day,
        entity.currency as entity_currency,
        case when entity.currency = setting.reporting_currency then 1 else own.rate end as own_rate,
        case when entity.currency = setting.reporting_currency then 1 else own_closing.rate end as own_closing_rate,
        setting.reporting_currency as reporting_currency
    from item
    cross join raw.setting as setting
    join core.period as period
        on period.is_as_of
    join core.entity as entity
        on entity.entity = item.entity
    left join core.rate_span as listed
        on listed.currency = item.currency
        and listed.from_day <= item.dated_day
        and item.dated_day < listed.to_day
    left join core.closing_rate as closing
        on closing.month = period.month
        and closing.currency = item.currency
    left join core.rate_span as newest
        on newest.currency = item.currency
        and newest.from_day <= period.end_day
        and period.end_day < newest.to_day
    left join core.rate_span as own
        on own.currency = entity.currency
        and own.from_day <= item.dated_day
        and item.dated_day < own.to_day
    left join core.closing_rate as own_closing
        on own_closing.month = period.month
        and own_closing.currency = entity.currency
),
crossed as (
    select
        rated.kind as kind,
        rated.document_id as document_id,
        rated.number as number,
        rated.customer_id as customer_id,
        rated.entity as entity,
        rated.currency as currency,
        rated.dated_day as dated_day,
        rated.open_amount as open_amount,
        rated.rate as rate,
        rated.rate_day as rate_day,
        rated.closing_rate as closing_rate,
        rated.closing_rate_day as closing_rate_day,
        rated.entity_currency as entity_currency,
        rated.reporting_currency as reporting_currency,
        cast(case
            when rated.currency = rated.entity_currency then 1e0
            else rated.rate * 1e0 / nullif(rated.own_rate, 0)
        end as decimal(28, 9)) as entity_rate,
        cast(case
            when rated.currency = rated.entity_currency then 1e0
            else rated.closing_rate * 1e0 / nullif(rated.own_closing_rate, 0)
        end as decimal(28, 9)) as entity_closing_rate
    from rated
)
select
    crossed.kind as kind,
    crossed.document_id as document_id,
    crossed.number as number,
    crossed.customer_id as customer_id,
    crossed.entity as entity,
    dated.on_date as dated_on,
    crossed.currency as currency,
    crossed.open_amount as open_amount,
    crossed.entity_currency as entity_currency,
    crossed.entity_rate as entity_rate,
    crossed.entity_closing_rate as entity_closing_rate,
    cast(crossed.open_amount * crossed.entity_closing_rate as decimal(38, 12)) as entity_amount,
    crossed.reporting_currency as reporting_currency,
    crossed.rate as rate,
    rate_date.on_date as rate_on,
    crossed.closing_rate as closing_rate,
    closing_date.on_date as closing_rate_on,
    cast(crossed.open_amount * crossed.rate as decimal(38, 12)) as own_amount,
    cast(crossed.open_amount * crossed.closing_rate as decimal(38, 12)) as reporting_amount,
    cast(crossed.open_amount * crossed.closing_rate - crossed.open_amount * crossed.rate as decimal(38, 12))
        as unrealised_difference
from crossed
join raw.day as dated
    on dated.day = crossed.dated_day
join raw.day as rate_date
    on rate_date.day = crossed.rate_day
join raw.day as closing_date
    on closing_date.day = crossed.closing_rate_day

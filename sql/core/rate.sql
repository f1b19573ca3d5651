-- The rate of a currency on each day that has one, up to the newest document.
-- grain:  one row per currency and day
-- source: core.rate_span, raw.day, raw.setting
-- unit:   reporting currency for one unit of the currency
select
    span.currency as currency,
    day.day as day,
    span.rate as rate
from raw.day as day
join raw.setting as setting
    on day.day <= setting.last_document_day
join core.rate_span as span
    on span.from_day <= day.day
    and day.day < span.to_day

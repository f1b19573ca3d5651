-- Exchange rates into the reporting currency and the days each holds: until the next one, the newest for good.
-- grain:  one row per currency and from_day
-- source: raw.setting, stg.rate
select
    rate.from_currency as currency,
    rate.rate_day as from_day,
    coalesce(
        lead(rate.rate_day) over (partition by rate.from_currency order by rate.rate_day),
        2932896
    ) as to_day,
    rate.rate as rate
from stg.rate as rate
join raw.setting as setting
    on setting.reporting_currency = rate.to_currency
where rate.from_currency <> rate.to_currency

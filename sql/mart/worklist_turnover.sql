-- How much of the first fifty of each list is other than on the day before.
-- grain:   one row per collector with a list, where there is a day before
-- formula: changed_percent = those that entered / those among the first fifty today
-- source:  mart.standing, mart.worklist_change, raw.run_param, raw.standing
-- unit:    customers; percent
with
yesterday as (
    select max(standing.as_of) as as_of
    from raw.standing as standing
    cross join raw.run_param as param
    where standing.as_of < param.as_of
),
entered as (
    select changed.collector as collector, count(*) as customers
    from mart.worklist_change as changed
    where changed.change = 'entered'
    group by changed.collector
),
listed as (
    select this.collector as collector, count(*) as customers
    from mart.standing as this
    where this.place <= 50
    group by this.collector
)
select
    listed.collector as collector,
    yesterday.as_of as since,
    listed.customers as listed,
    coalesce(entered.customers, 0) as changed,
    cast(coalesce(entered.customers, 0) * 1e2 / nullif(listed.customers, 0) as decimal(18, 9)) as changed_percent
from listed
cross join yesterday
left join entered
    on entered.collector = listed.collector
where yesterday.as_of is not null

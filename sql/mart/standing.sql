-- Where everybody who owes something stands: on which place of which list, or why on none; what the next day's list is compared with.
-- grain:   one row per customer_id with an open item
-- formula: priority without overrides = money-days + duty points, whether or not the customer is called
--          score = the highest of an open item
-- source:  core.absence, core.account, core.customer, core.customer_fact, core.duty, mart.segment, mart.worklist, raw.run_param, raw.worklist_duty
-- unit:    reporting currency; currency x days; percent
with
owed as (
    select
        duty.customer_id as customer_id,
        sum(worth.money_days) as points
    from core.duty as duty
    join raw.worklist_duty as worth
        on worth.duty = duty.duty
    group by duty.customer_id
)
select
    param.as_of as as_of,
    account.customer_id as customer_id,
    customer.collector as collector,
    listed.place as place,
    absence.reason as reason,
    account.pinned as pinned,
    treated.strategy as strategy,
    listed.percent as percent,
    account.collectable_amount as collectable_amount,
    cast(coalesce(account.further_days, 0) as decimal(18, 3)) as further_days,
    cast(coalesce(account.money_days, 0) as decimal(38, 3)) as money_days,
    cast(coalesce(owed.points, 0) as decimal(38, 3)) as duty_points,
    fact.score as score
from core.account as account
cross join raw.run_param as param
join core.customer as customer
    on customer.customer_id = account.customer_id
join mart.segment as treated
    on treated.customer_id = account.customer_id
join core.customer_fact as fact
    on fact.customer_id = account.customer_id
join core.absence as absence
    on absence.customer_id = account.customer_id
left join mart.worklist as listed
    on listed.customer_id = account.customer_id
left join owed
    on owed.customer_id = account.customer_id

-- What every strategy of points thinks of every customer who can be called.
-- grain:   one row per customer_id who is to be called and strategy
-- formula: percent = points of the rules that apply / the most that a customer could have; largest is the rule with most points
-- source:  core.account, raw.worklist_strategy, rule.met
-- unit:    points; percent
with
summed as (
    select
        met.customer_id as customer_id,
        met.strategy as strategy,
        sum(met.points) as points,
        count(*) as rules
    from rule.met as met
    group by met.customer_id, met.strategy
),
ranked as (
    select
        met.customer_id as customer_id,
        met.strategy as strategy,
        met.rule as rule,
        row_number() over (
            partition by met.customer_id, met.strategy
            order by met.points desc, met.place
        ) as place
    from rule.met as met
)
select
    account.customer_id as customer_id,
    strategy.strategy as strategy,
    cast(coalesce(summed.points, 0) as bigint) as points,
    strategy.possible as possible,
    cast(coalesce(summed.points, 0) * 1e2 / nullif(strategy.possible, 0) as decimal(18, 3)) as percent,
    cast(coalesce(summed.rules, 0) as bigint) as rules,
    largest.rule as largest,
    second.rule as second
from core.account as account
cross join raw.worklist_strategy as strategy
left join summed
    on summed.customer_id = account.customer_id
    and summed.strategy = strategy.strategy
left join ranked as largest
    on largest.customer_id = account.customer_id
    and largest.strategy = strategy.strategy
    and largest.place = 1
left join ranked as second
    on second.customer_id = account.customer_id
    and second.strategy = strategy.strategy
    and second.place = 2
where account.reason is null
    and strategy.possible > 0

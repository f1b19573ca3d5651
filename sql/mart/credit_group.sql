-- Exposure of groups: a parent with its children, and how much of everything rests with each.
-- grain:   one row per parent_id
-- formula: share = the group's net exposure over that of all groups in debt; cumulative from the largest on
-- source:  mart.credit_exposure
-- unit:    reporting currency; percent; limit_amount adds up the limits there are
with
grouped as (
    select
        exposure.parent_id as parent_id,
        count(*) as customers,
        sum(exposure.gross_amount) as gross_amount,
        sum(exposure.past_due_amount) as past_due_amount,
        sum(exposure.net_amount) as net_amount,
        sum(exposure.limit_amount) as limit_amount,
        sum(case when exposure.limit_amount is null then 1 else 0 end) as without_limit,
        sum(case when exposure.standing = 'over' then 1 else 0 end) as over_limit
    from mart.credit_exposure as exposure
    group by exposure.parent_id
),
placed as (
    select
        grouped.parent_id as parent_id,
        grouped.customers as customers,
        grouped.gross_amount as gross_amount,
        grouped.past_due_amount as past_due_amount,
        grouped.net_amount as net_amount,
        grouped.limit_amount as limit_amount,
        grouped.without_limit as without_limit,
        grouped.over_limit as over_limit,
        row_number() over (order by grouped.net_amount desc, grouped.parent_id) as place,
        sum(greatest(grouped.net_amount, 0)) over () as owed,
        sum(greatest(grouped.net_amount, 0)) over (
            order by grouped.net_amount desc, grouped.parent_id
            rows between unbounded preceding and current row
        ) as owed_so_far
    from grouped
)
select
    placed.parent_id as parent_id,
    placed.place as place,
    placed.customers as customers,
    cast(placed.gross_amount as decimal(38, 12)) as gross_amount,
    cast(placed.past_due_amount as decimal(38, 12)) as past_due_amount,
    cast(placed.net_amount as decimal(38, 12)) as net_amount,
    cast(placed.limit_amount as decimal(38, 12)) as limit_amount,
    cast(placed.net_amount * 1e2 / nullif(placed.limit_amount, 0) as decimal(18, 9)) as utilisation_percent,
    cast(placed.without_limit as bigint) as without_limit,
    cast(placed.over_limit as bigint) as over_limit,
    cast(greatest(placed.net_amount, 0) * 1e2 / nullif(placed.owed, 0) as decimal(18, 9)) as share_percent,
    cast(placed.owed_so_far * 1e2 / nullif(placed.owed, 0) as decimal(18, 9)) as cumulative_percent
from placed

-- Realised and unrealised exchange differences are, month by month, what closing rates differ from documents' own in movements.
-- severity: error
-- source:   mart.fx_difference, mart.movement
with
difference as (
    select difference.month as month, sum(difference.total) as amount
    from mart.fx_difference as difference
    group by difference.month
),
movement as (
    select movement.month as month, sum(movement.fx) as amount
    from mart.movement as movement
    group by movement.month
)
select
    movement.month as month,
    movement.amount as movement_amount,
    coalesce(difference.amount, 0) as difference_amount
from movement
left join difference
    on difference.month = movement.month
where movement.amount <> coalesce(difference.amount, 0)

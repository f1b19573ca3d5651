-- Exchange differences realised and unrealised against what receivables moved by rates alone, over the reported months.
-- grain:  one row; compared counts the months
-- source: mart.fx_difference, mart.movement, raw.setting
-- unit:   reporting currency
with
difference as (
    select coalesce(sum(difference.total), 0) as amount
    from mart.fx_difference as difference
),
movement as (
    select movement.month as month, sum(movement.fx) as amount
    from mart.movement as movement
    group by movement.month
)
select
    'all months' as part,
    setting.reporting_currency as currency,
    count(*) as compared,
    'realised + unrealised' as left_side,
    difference.amount as left_amount,
    'fx of movements' as right_side,
    coalesce(sum(movement.amount), 0) as right_amount
from movement
cross join difference
cross join raw.setting as setting
group by setting.reporting_currency, difference.amount
order by part

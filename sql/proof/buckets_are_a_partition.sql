-- The buckets of aging by either basis against the open items they hold.
-- grain:  one row per basis and currency; compared counts the buckets
-- source: mart.aging, mart.open_item
-- unit:   document currency
with
listed as (
    select item.currency as currency, sum(item.open_amount) as amount
    from mart.open_item as item
    group by item.currency
)
select
    'by ' || aging.basis as part,
    aging.currency as currency,
    count(*) as compared,
    'sum of buckets' as left_side,
    sum(aging.open_amount) as left_amount,
    'sum of open items' as right_side,
    max(listed.amount) as right_amount
from mart.aging as aging
join listed
    on listed.currency = aging.currency
group by aging.basis, aging.currency
order by part, currency

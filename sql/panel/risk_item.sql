-- How likely what is open is to be paid late, added up.
-- grain:   one row per entity, currency, band of probability and step of fifty points
-- source:  mart.open_item, mart.score
-- unit:    reporting currency; band 0 is not known, 1 to 5 a fifth each of the probability of what is not yet due, 6 is late already
with
placed as (
    select
        item.entity as entity,
        item.currency as currency,
        case
            when score.probability_late is null then 0
            when item.days_past_due > 0 then 6
            when score.probability_late < 0.2 then 1
            when score.probability_late < 0.4 then 2
            when score.probability_late < 0.6 then 3
            when score.probability_late < 0.8 then 4
            else 5
        end as band,
        least(greatest(score.score - score.score % 50, 0), 1000) as points,
        item.reporting_amount as amount
    from mart.open_item as item
    join mart.score as score
        on score.invoice_id = item.invoice_id
        and score.number = item.number
)
select
    placed.entity as entity,
    placed.currency as currency,
    placed.band as band,
    placed.points as points,
    count(*) as items,
    sum(placed.amount) as amount
from placed
group by placed.entity, placed.currency, placed.band, placed.points
order by placed.band, placed.points, placed.entity, placed.currency

-- Customers who owe something: exposure against limit, what the score knows of them, and which way they are moving.
-- grain:   one row per customer_id with an open item: the hundred largest, the fifty nearest to or over their limits, the fifty whose
--          days late moved most
-- source:  mart.credit_exposure, mart.customer, mart.score, mart.score_part
-- unit:    reporting currency; percent; points above 0 raise the score; days: of the last 90 days less of two years
with
scored as (
    select item.customer_id as customer_id, max(item.score) as score
    from mart.score as item
    group by item.customer_id
),
part as (
    select
        part.customer_id as customer_id,
        sum(part.points) as points,
        max(case when part.feature = 'days_late' then part.level end) as days_late,
        max(case when part.feature = 'days_late_recent' then part.level end) as days_late_recent
    from mart.score_part as part
    group by part.customer_id
),
ranked as (
    select
        part.customer_id as customer_id,
        part.words as words,
        part.points as points,
        row_number() over (
            partition by part.customer_id
            order by part.points desc, part.feature
        ) as place
    from mart.score_part as part
    where part.points > 0
),
known as (
    select
        customer.customer_id as customer_id,
        customer.name as name,
        customer.entity as entity,
        scored.score as score,
        part.points as points,
        exposure.gross_amount as gross_amount,
        exposure.past_due_amount as past_due_amount,
        exposure.limit_amount as limit_amount,
        exposure.utilisation_percent as utilisation_percent,
        exposure.projected_30_amount as projected_amount,
        exposure.standing as standing,
        part.days_late as days_late,
        part.days_late_recent as days_late_recent,
        part.days_late_recent - part.days_late as moved_days,
        largest.words as words_1,
        largest.points as points_1,
        second.words as words_2,
        second.points as points_2,
        third.words as words_3,
        third.points as points_3,
        row_number() over (order by exposure.gross_amount desc, customer.customer_id) as place_by_amount,
        row_number() over (order by coalesce(exposure.utilisation_percent, 0) desc, customer.customer_id) as place_by_limit,
        row_number() over (order by abs(coalesce(part.days_late_recent - part.days_late, 0)) desc, customer.customer_id) as place_by_move
    from mart.customer as customer
    left join scored
        on scored.customer_id = customer.customer_id
    join mart.credit_exposure as exposure
        on exposure.customer_id = customer.customer_id
    left join part
        on part.customer_id = customer.customer_id
    left join ranked as largest
        on largest.customer_id = customer.customer_id
        and largest.place = 1
    left join ranked as second
        on second.customer_id = customer.customer_id
        and second.place = 2
    left join ranked as third
        on third.customer_id = customer.customer_id
        and third.place = 3
    where customer.open_items > 0
)
select
    known.customer_id as customer_id,
    known.name as name,
    known.entity as entity,
    known.score as score,
    known.points as points,
    known.gross_amount as gross_amount,
    known.past_due_amount as past_due_amount,
    known.limit_amount as limit_amount,
    known.utilisation_percent as utilisation_percent,
    known.projected_amount as projected_amount,
    known.standing as standing,
    known.days_late as days_late,
    known.days_late_recent as days_late_recent,
    known.moved_days as moved_days,
    known.words_1 as words_1,
    known.points_1 as points_1,
    known.words_2 as words_2,
    known.points_2 as points_2,
    known.words_3 as words_3,
    known.points_3 as points_3,
    known.place_by_amount as place_by_amount,
    known.place_by_limit as place_by_limit,
    known.place_by_move as place_by_move
from known
where known.place_by_amount <= 100
    or known.place_by_limit <= 50
    or known.place_by_move <= 50
order by known.place_by_amount

-- What is known of each customer and how many points it adds to the scores of what it owes.
-- grain:   one row per customer_id and feature that moves the score; place 1 raises it most
-- source:  mart.score_part
-- unit:    points, below 0 where they lower the score
select
    part.customer_id as customer_id,
    row_number() over (
        partition by part.customer_id
        order by part.points desc, part.feature
    ) as place,
    part.title as title,
    part.words as words,
    part.points as points
from mart.score_part as part
where part.points <> 0
order by part.customer_id, place

-- Every score is the sum of its parts, and every open item has one.
-- severity: error
-- source: core.risk_item, mart.score, mart.score_part, score.card
with
customer as (
    select part.customer_id as customer_id, sum(part.points) as points
    from mart.score_part as part
    group by part.customer_id
),
summed as (
    select
        score.invoice_id as invoice_id,
        score.number as number,
        score.score as score,
        card.points + customer.points + score.terms_days_points + score.usual_percent_points + score.amount_percent_points
            + score.month_end_wait_points + score.disputed_points + score.waited_points as parts
    from mart.score as score
    cross join score.card as card
    left join customer
        on customer.customer_id = score.customer_id
),
open as (
    select item.invoice_id as invoice_id, item.number as number
    from core.risk_item as item
    where item.is_open
)
select
    coalesce(open.invoice_id, summed.invoice_id) as invoice_id,
    coalesce(open.number, summed.number) as number,
    summed.score as score,
    summed.parts as parts
from open
full join summed
    on summed.invoice_id = open.invoice_id
    and summed.number = open.number
where summed.score is distinct from summed.parts
    or summed.score is null
    or open.invoice_id is null

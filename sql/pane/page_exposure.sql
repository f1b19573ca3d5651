-- What each customer owes against what it may owe, today and in thirty days.
-- grain:   one row per customer_id with a balance or a limit
-- source:  mart.credit_exposure
-- unit:    reporting currency; percent
select
    exposure.customer_id as customer_id,
    cast(1 as bigint) as place,
    exposure.gross_amount as gross_amount,
    exposure.past_due_amount as past_due_amount,
    exposure.credit_amount as credit_amount,
    exposure.net_amount as net_amount,
    exposure.limit_amount as limit_amount,
    exposure.utilisation_percent as utilisation_percent,
    exposure.projected_30_amount as projected_amount,
    exposure.standing as standing
from mart.credit_exposure as exposure
order by exposure.customer_id

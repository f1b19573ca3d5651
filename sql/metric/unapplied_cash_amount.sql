-- Cash received that is not applied to any invoice yet, in the currency it was paid in.
-- grain:  one row per entity and currency
-- source: mart.open_credit
-- unit:   document currency
select credit.entity as entity, credit.currency as currency, sum(credit.open_amount) as value
from mart.open_credit as credit
where credit.kind = 'payment'
group by credit.entity, credit.currency
order by credit.entity, credit.currency

-- No receipt or credit is applied beyond its amount on the day the books are read.
-- severity: warn
-- source:   mart.open_credit
select credit.source_id as source_id, credit.kind as kind, credit.open_amount as open_amount
from mart.open_credit as credit
where credit.kind <> 'invoice'
    and credit.open_amount < 0

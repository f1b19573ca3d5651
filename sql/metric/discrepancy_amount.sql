-- What the discrepancy rules find not owed of invoices that are open or disputed.
-- grain:  one row per rule
-- source: mart.discrepancy_rule
-- unit:   reporting currency
select rule.rule as rule, rule.amount as value
from mart.discrepancy_rule as rule
order by rule.rule

-- Short payments that look like deductions and that nobody has disputed yet.
-- grain:  one row per entity and verdict of the discrepancy rules on the customer's side
-- source: mart.deduction
-- unit:   reporting currency
select deduction.entity as entity, deduction.verdict as verdict, sum(deduction.reporting_amount) as value
from mart.deduction as deduction
group by deduction.entity, deduction.verdict
order by deduction.entity, deduction.verdict

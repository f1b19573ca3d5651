-- Which discrepancy rules speak about which reason of a dispute. A reason that is not here fits no modelled path: no rule decides it.
-- grain:  one row per reason and rule
-- source:
select
    known.reason as reason,
    known.rule as rule
from (
    values
    ('price', 'price'),
    ('quantity', 'quantity'),
    ('quantity', 'short_delivery'),
    ('short_delivery', 'short_delivery'),
    ('late_delivery', 'late_delivery'),
    ('delivery', 'short_delivery'),
    ('delivery', 'late_delivery'),
    ('duplicate', 'duplicate'),
    ('tax', 'tax'),
    ('freight', 'freight'),
    ('discount', 'terms_discount'),
    ('terms', 'terms_discount'),
    ('terms_discount', 'terms_discount'),
    ('late_fee', 'late_fee'),
    ('paid', 'paid'),
    ('already_paid', 'paid')
) as known (reason, rule)

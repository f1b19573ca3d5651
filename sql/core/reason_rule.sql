-- Which tests speak about which reason of a dispute; person says that none does and people decide. A reason that is not here fits no
-- modelled path.
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
    ('already_paid', 'paid'),
    ('damaged', 'person'),
    ('promotion', 'person')
) as known (reason, rule)

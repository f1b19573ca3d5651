-- What DSO would be without what people argue about in it, with the name of the customer who is left out.
-- grain:   one row per dimension, member and variant
-- formula: change = days - DSO
-- source:  mart.customer, mart.dso_sensitivity
-- unit:    days
select
    varied.dimension as dimension,
    varied.member as member,
    varied.variant as variant,
    coalesce(customer.name, varied.left_out) as left_out,
    varied.days as days,
    varied.change as change
from mart.dso_sensitivity as varied
left join mart.customer as customer on customer.customer_id = varied.left_out
order by varied.dimension, varied.member, varied.variant_order

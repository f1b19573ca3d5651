-- Invoices issued in the window of every scope and how many of them have been disputed.
-- grain:  one row per month, dimension and scope_member
-- source: core.invoice_dispute, core.scope
-- unit:   reporting currency at the invoices' own rates
select
    issued.month as month,
    scope.dimension as dimension,
    scope.scope_member as scope_member,
    sum(issued.invoices) as invoices,
    sum(issued.disputed_invoices) as disputed_invoices,
    cast(sum(issued.invoiced_amount) as decimal(38, 12)) as invoiced_amount,
    cast(sum(issued.disputed_amount) as decimal(38, 12)) as disputed_amount
from core.invoice_dispute as issued
join core.scope as scope
    on scope.entity = issued.entity
    and scope.currency = issued.currency
    and scope.member = issued.member
group by issued.month, scope.dimension, scope.scope_member

-- Invoices issued in the window of every scope and how many of them have been disputed.
-- grain:  one row per month, dimension and scope_member
-- source: core.invoice_dispute, core.period, core.sale, core.scope
-- unit:   reporting currency at the invoices' own rates
with
issued as (
    select
        period.month as month,
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        sum(sale.invoices) as invoices,
        sum(sale.invoiced_amount) as amount
    from core.sale as sale
    join core.period as period
        on sale.billed_month between period.month - 2 and period.month
        and period.month < sale.void_month
    join core.scope as scope
        on scope.entity = sale.entity
        and scope.currency = sale.currency
        and scope.member = sale.member
    group by period.month, scope.dimension, scope.scope_member
),
disputed as (
    select
        dispute.month as month,
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        sum(dispute.invoices) as invoices,
        sum(dispute.amount) as amount
    from core.invoice_dispute as dispute
    join core.scope as scope
        on scope.entity = dispute.entity
        and scope.currency = dispute.currency
        and scope.member = dispute.member
    group by dispute.month, scope.dimension, scope.scope_member
)
select
    issued.month as month,
    issued.dimension as dimension,
    issued.scope_member as scope_member,
    cast(issued.invoices as bigint) as invoices,
    cast(coalesce(disputed.invoices, 0) as bigint) as disputed_invoices,
    cast(issued.amount as decimal(38, 12)) as invoiced_amount,
    cast(coalesce(disputed.amount, 0) as decimal(38, 12)) as disputed_amount
from issued
left join disputed
    on disputed.month = issued.month
    and disputed.dimension = issued.dimension
    and disputed.scope_member = issued.scope_member

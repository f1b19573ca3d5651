-- Net credit sales of every billing month as each period knows them: a document voided later still counted then.
-- grain:  one row per month, dimension, scope_member and billed_month
-- source: core.period, core.sale, core.scope
-- unit:   reporting currency at the documents' own rates
select
    period.month as month,
    scope.dimension as dimension,
    scope.scope_member as scope_member,
    sale.billed_month as billed_month,
    cast(sum(sale.reporting_amount) as decimal(38, 12)) as sales
from core.sale as sale
join core.period as period
    on sale.billed_month <= period.month
    and period.month < sale.void_month
join core.scope as scope
    on scope.entity = sale.entity
    and scope.currency = sale.currency
    and scope.member = sale.member
group by period.month, scope.dimension, scope.scope_member, sale.billed_month

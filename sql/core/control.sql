-- Receivables as the documents say they must be at the end of every period, without looking at open items.
-- grain:   one row per month, entity and currency
-- formula: billed - voided - received + reversed - credited - discounted - written off - cleared, since the first document
-- source:  core.flow, core.period
-- unit:    document currency
select
    period.month as month,
    flow.entity as entity,
    flow.currency as currency,
    cast(sum(flow.amount) as decimal(38, 3)) as amount
from core.flow as flow
join core.period as period
    on flow.day <= period.end_day
group by period.month, flow.entity, flow.currency

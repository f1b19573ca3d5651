-- Amounts written off invoices in each period's window. Minor differences and overpayments taken to income are no bad debt.
-- grain:  one row per month, entity, currency and member
-- adds:   entries, written_off
-- source: core.member, core.period, core.reduction
-- unit:   reporting currency at the invoice's rate
select
    period.month as month,
    reduction.entity as entity,
    reduction.currency as currency,
    coalesce(member.member, '') as member,
    count(*) as entries,
    cast(sum(reduction.amount * reduction.rate) as decimal(38, 12)) as written_off
from core.reduction as reduction
join core.period as period
    on reduction.from_day between period.window_first_day and period.end_day
    and period.end_day < reduction.until_day
left join core.member as member
    on member.customer_id = reduction.customer_id
where reduction.kind = 'write_off'
    and reduction.fault is null
group by period.month, reduction.entity, reduction.currency, coalesce(member.member, '')

-- How receivables went from one month-end to the next.
-- grain:   one row per month and entity
-- formula: opening + billed - voided - received + reversed - credited - discounted - written_off - cleared + transferred + fx
--          = closing; transferred is what a receipt of one entity paid in another;
--          fx is what closing rates differ from documents' own: zero where one currency is used
-- source:  core.balance, core.flow, core.period
-- unit:    reporting currency; stocks at closing rates, flows at documents' own
with
stock as (
    select
        balance.month as month,
        balance.entity as entity,
        sum(balance.reporting_amount) as amount
    from core.balance as balance
    group by balance.month, balance.entity
),
moved as (
    select
        period.month as month,
        flow.entity as entity,
        sum(flow.reporting_amount) as net,
        sum(case when flow.kind = 'billed' then flow.reporting_amount else 0 end) as billed,
        sum(case when flow.kind = 'voided' then -flow.reporting_amount else 0 end) as voided,
        sum(case when flow.kind = 'received' then -flow.reporting_amount else 0 end) as received,
        sum(case when flow.kind = 'reversed' then flow.reporting_amount else 0 end) as reversed,
        sum(case when flow.kind = 'credited' then -flow.reporting_amount else 0 end) as credited,
        sum(case when flow.kind = 'discounted' then -flow.reporting_amount else 0 end) as discounted,
        sum(case when flow.kind = 'written_off' then -flow.reporting_amount else 0 end) as written_off,
        sum(case when flow.kind = 'cleared' then -flow.reporting_amount else 0 end) as cleared,
        sum(case when flow.kind = 'transferred' then flow.reporting_amount else 0 end) as transferred
    from core.flow as flow
    join core.period as period
        on flow.day between period.first_day and period.end_day
    group by period.month, flow.entity
),
entity as (
    select stock.entity as entity from stock
    union
    select moved.entity as entity from moved
)
select
    period.month as month,
    period.end_on as month_end,
    entity.entity as entity,
    cast(coalesce(opening.amount, 0) as decimal(38, 12)) as opening,
    cast(coalesce(moved.billed, 0) as decimal(38, 12)) as billed,
    cast(coalesce(moved.voided, 0) as decimal(38, 12)) as voided,
    cast(coalesce(moved.received, 0) as decimal(38, 12)) as received,
    cast(coalesce(moved.reversed, 0) as decimal(38, 12)) as reversed,
    cast(coalesce(moved.credited, 0) as decimal(38, 12)) as credited,
    cast(coalesce(moved.discounted, 0) as decimal(38, 12)) as discounted,
    cast(coalesce(moved.written_off, 0) as decimal(38, 12)) as written_off,
    cast(coalesce(moved.cleared, 0) as decimal(38, 12)) as cleared,
    cast(coalesce(moved.transferred, 0) as decimal(38, 12)) as transferred,
    cast(
        coalesce(closing.amount, 0) - coalesce(opening.amount, 0) - coalesce(moved.net, 0) as decimal(38, 12)
    ) as fx,
    cast(coalesce(closing.amount, 0) as decimal(38, 12)) as closing
from core.period as period
cross join entity
left join stock as opening
    on opening.month = period.month - 1
    and opening.entity = entity.entity
left join stock as closing
    on closing.month = period.month
    and closing.entity = entity.entity
left join moved
    on moved.month = period.month
    and moved.entity = entity.entity
where period.is_reported

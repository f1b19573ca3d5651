-- How often each discrepancy rule hits, what that is worth, and how disputes it supported ended.
-- grain:   one row per rule
-- formula: a hit is a valid verdict; decided and upheld count the hits on invoices whose disputes about the rule's reasons are all
--          closed, upheld those of which one ended valid or partial for the customer
-- source:  core.reason_rule, mart.discrepancy, mart.dispute
-- unit:    reporting currency at the invoice's rate; upheld_percent of the decided hits
with
ended as (
    select
        dispute.invoice_id as invoice_id,
        path.rule as rule,
        sum(case when dispute.open then 1 else 0 end) as open_disputes,
        sum(case when dispute.outcome in ('valid', 'partial') then 1 else 0 end) as upheld_disputes
    from mart.dispute as dispute
    join core.reason_rule as path
        on path.reason = dispute.reason
    group by dispute.invoice_id, path.rule
)
select
    found.rule as rule,
    cast(sum(case when found.verdict = 'valid' then 1 else 0 end) as bigint) as hits,
    cast(sum(case when found.verdict = 'undecidable' then 1 else 0 end) as bigint) as undecidable,
    cast(sum(found.reporting_amount) as decimal(38, 12)) as amount,
    cast(sum(case when found.verdict = 'valid' and ended.invoice_id is not null then 1 else 0 end) as bigint) as disputed,
    cast(sum(case when found.verdict = 'valid' and ended.open_disputes = 0 then 1 else 0 end) as bigint) as decided,
    cast(sum(case
        when found.verdict = 'valid' and ended.open_disputes = 0 and ended.upheld_disputes > 0 then 1
        else 0
    end) as bigint) as upheld,
    cast(
        100e0 * sum(case
            when found.verdict = 'valid' and ended.open_disputes = 0 and ended.upheld_disputes > 0 then 1
            else 0
        end)
        / nullif(sum(case when found.verdict = 'valid' and ended.open_disputes = 0 then 1 else 0 end), 0)
        as decimal(18, 3)
    ) as upheld_percent
from mart.discrepancy as found
left join ended
    on ended.invoice_id = found.invoice_id
    and ended.rule = found.rule
group by found.rule

-- What the tests say about a dispute as a whole.
-- grain:   one row per dispute_id
-- formula: the first that applies: a condition is invalid: invalid, 0. The reason has no rule: undecidable, 0. What the rules of the
--          reason support, at most what is claimed, invoiced and not credited yet, leaves at most 0.01 of the claim: valid. A rule of
--          the reason is undecidable, or none could be tried: undecidable. They support something: valid, that much. Else invalid, 0
-- source:  core.claim, core.reason_rule, mart.dispute_test
-- unit:    document currency of the invoice
with
path as (
    select
        path.reason as reason,
        count(*) as rules
    from core.reason_rule as path
    group by path.reason
),
weighed as (
    select
        test.dispute_id as dispute_id,
        sum(case
            when test.test in ('identity', 'invoice', 'amount', 'repeat', 'credited', 'in_time') and test.verdict = 'invalid' then 1
            else 0
        end) as broken,
        min(case when test.test = 'credited' then test.amount end) as not_credited,
        sum(case when path.rule is not null then 1 else 0 end) as tried,
        sum(case when path.rule is not null and (test.verdict = 'undecidable' or test.doubts > 0) then 1 else 0 end) as undecidable,
        sum(case when path.rule is not null then test.amount else 0 end) as supported
    from mart.dispute_test as test
    join core.claim as claim
        on claim.dispute_id = test.dispute_id
    left join core.reason_rule as path
        on path.reason = claim.reason
        and path.rule = test.test
    group by test.dispute_id
),
summed as (
    select
        claim.dispute_id as dispute_id,
        claim.customer_id as customer_id,
        claim.invoice_id as invoice_id,
        claim.reason as reason,
        claim.is_open as is_open,
        claim.outcome as outcome,
        claim.currency as currency,
        claim.amount as claimed,
        path.rules is not null as modelled,
        weighed.broken as broken,
        weighed.tried as tried,
        weighed.undecidable as undecidable,
        greatest(least(weighed.supported, claim.amount, coalesce(weighed.not_credited, claim.amount)), 0) as supported
    from core.claim as claim
    join weighed
        on weighed.dispute_id = claim.dispute_id
    left join path
        on path.reason = claim.reason
),
decided as (
    select
        summed.dispute_id as dispute_id,
        case
            when summed.broken > 0 then 'invalid'
            when not summed.modelled then 'undecidable'
            when summed.supported > 0 and summed.claimed - summed.supported <= 0.01 then 'valid'
            when summed.undecidable > 0 or summed.tried = 0 then 'undecidable'
            when summed.supported > 0 then 'valid'
            else 'invalid'
        end as verdict
    from summed
)
select
    summed.dispute_id as dispute_id,
    summed.customer_id as customer_id,
    summed.invoice_id as invoice_id,
    summed.reason as reason,
    summed.is_open as open,
    summed.outcome as outcome,
    summed.modelled as modelled,
    cast(decided.verdict as varchar) as verdict,
    summed.currency as currency,
    cast(summed.claimed as decimal(18, 3)) as claimed,
    cast(case when summed.broken > 0 then 0 else summed.supported end as decimal(18, 3)) as supported
from summed
join decided
    on decided.dispute_id = summed.dispute_id

-- Every test of the validation report that needs no ledger, for the disputes known on the day the books are read.
-- grain:   one row per dispute_id and test
-- formula: identity, invoice, amount, repeat, credited and in_time are conditions: invalid stops a claim. paid and the discrepancy
--          rules are evidence: valid supports it
-- source:  core.claim, core.claim_credited, core.claim_paid, core.claim_repeat, core.customer, mart.discrepancy, raw.validation_rule
-- unit:    document currency: what the test supports; doubts are the order lines of which the rule can say nothing
with
found as (
    select
        claim.dispute_id as dispute_id,
        'identity' as test,
        case when customer.customer_id is null then 'invalid' else 'valid' end as verdict,
        case when customer.customer_id is null then 0 else claim.amount end as amount,
        'customers' as proof_table,
        claim.customer_id as proof_key,
        0 as doubts
    from core.claim as claim
    left join core.customer as customer
        on customer.customer_id = claim.customer_id
        and customer.in_master_data
    union all
    select
        claim.dispute_id as dispute_id,
        'invoice' as test,
        case when claim.owner_id = claim.customer_id and claim.judged_day < claim.void_day then 'valid' else 'invalid' end as verdict,
        case when claim.owner_id = claim.customer_id and claim.judged_day < claim.void_day then claim.amount else 0 end as amount,
        'invoices' as proof_table,
        claim.invoice_id as proof_key,
        0 as doubts
    from core.claim as claim
    union all
    select
        claim.dispute_id as dispute_id,
        'amount' as test,
        case
            when claim.amount > claim.invoice_amount or claim.amount <= 0 then 'invalid'
            when claim.amount > claim.open_amount then 'undecidable'
            else 'valid'
        end as verdict,
        least(claim.amount, claim.open_amount) as amount,
        'invoices' as proof_table,
        claim.invoice_id as proof_key,
        0 as doubts
    from core.claim as claim
    where claim.invoice_amount is not null
    union all
    select
        claim.dispute_id as dispute_id,
        'repeat' as test,
        case when earlier.dispute_id is null then 'valid' else 'invalid' end as verdict,
        case when earlier.dispute_id is null then claim.amount else 0 end as amount,
        'disputes' as proof_table,
        coalesce(earlier.earlier_id, claim.dispute_id) as proof_key,
        0 as doubts
    from core.claim as claim
    left join core.claim_repeat as earlier
        on earlier.dispute_id = claim.dispute_id
    union all
    select
        claim.dispute_id as dispute_id,
        'credited' as test,
        case
            when credited.amount >= claim.amount then 'invalid'
            when credited.amount > 0 then 'undecidable'
            else 'valid'
        end as verdict,
        greatest(claim.amount - coalesce(credited.amount, 0), 0) as amount,
        case when credited.credit_id is null then 'invoices' else 'credits' end as proof_table,
        coalesce(credited.credit_id, claim.invoice_id) as proof_key,
        0 as doubts
    from core.claim as claim
    left join core.claim_credited as credited
        on credited.dispute_id = claim.dispute_id
    where claim.invoice_amount is not null
    union all
    select
        claim.dispute_id as dispute_id,
        'in_time' as test,
        case when claim.opened_day - claim.issued_day <= rule.filing_days then 'valid' else 'invalid' end as verdict,
        case when claim.opened_day - claim.issued_day <= rule.filing_days then claim.amount else 0 end as amount,
        'invoices' as proof_table,
        claim.invoice_id as proof_key,
        0 as doubts
    from core.claim as claim
    cross join raw.validation_rule as rule
    where claim.invoice_amount is not null
    union all
    select
        claim.dispute_id as dispute_id,
        'paid' as test,
        case when claim.open_amount <= 0 or paid.amount > 0 then 'valid' else 'invalid' end as verdict,
        case
            when claim.open_amount <= 0 then claim.amount
            when paid.amount > 0 then least(claim.amount, paid.amount)
            else 0
        end as amount,
        case when paid.source_id is null then 'invoices' else 'payments' end as proof_table,
        coalesce(paid.source_id, claim.invoice_id) as proof_key,
        0 as doubts
    from core.claim as claim
    left join core.claim_paid as paid
        on paid.dispute_id = claim.dispute_id
    where claim.invoice_amount is not null
    union all
    select
        claim.dispute_id as dispute_id,
        rule.rule as test,
        case
            when sum(case when rule.verdict = 'valid' then 1 else 0 end) > 0 then 'valid'
            when sum(case when rule.verdict = 'undecidable' then 1 else 0 end) > 0 then 'undecidable'
            else 'invalid'
        end as verdict,
        least(sum(rule.amount), max(claim.invoice_amount)) as amount,
        min(rule.proof_table) as proof_table,
        min(case when rule.verdict = 'valid' then rule.proof_key end) as proof_key,
        sum(case when rule.verdict = 'undecidable' then 1 else 0 end) as doubts
    from core.claim as claim
    join mart.discrepancy as rule
        on rule.customer_id = claim.owner_id
        and rule.invoice_id = claim.invoice_id
    group by claim.dispute_id, rule.rule
)
select
    found.dispute_id as dispute_id,
    cast(found.test as varchar) as test,
    cast(found.verdict as varchar) as verdict,
    cast(found.amount as decimal(18, 3)) as amount,
    cast(found.proof_table as varchar) as proof_table,
    cast(found.proof_key as varchar) as proof_key,
    cast(found.doubts as bigint) as doubts
from found

-- Lines delivered after the promised day, where the order says what that takes off.
-- grain:   one row per invoice_id, order_no and line_no
-- formula: due quantity x lower of billed and agreed price x late_percent / 100, with tax; late without a percentage is undecidable
-- source:  core.questioned_claim
-- unit:    document currency, at most the invoice; days late
with
compared as (
    select
        claim.invoice_id as invoice_id,
        claim.order_no as order_no,
        claim.line_no as line_no,
        claim.invoice_amount as invoice_amount,
        case
            when claim.days_late <= 0 then 0
            when claim.days_late > 0 then cast(
                cast(claim.due_quantity * least(claim.billed_price, coalesce(claim.agreed_price, claim.billed_price)) as decimal(38, 6))
                * claim.late_percent as decimal(38, 6)
            ) * 0.01 * claim.tax_factor
        end as difference,
        claim.days_late as found,
        case when claim.days_late is not null then 0 end as expected,
        'deliveries' as proof_table,
        claim.delivery_key as proof_key
    from core.questioned_claim as claim
)
select
    compared.invoice_id as invoice_id,
    compared.order_no as order_no,
    compared.line_no as line_no,
    case
        when compared.difference is null then 'undecidable'
        when compared.difference > 0.01 then 'valid'
        else 'invalid'
    end as verdict,
    cast(case
        when compared.difference > 0.01 then least(compared.difference, compared.invoice_amount)
        else 0
    end as decimal(18, 3)) as amount,
    cast(compared.found as decimal(28, 9)) as found,
    cast(compared.expected as decimal(28, 9)) as expected,
    compared.proof_table as proof_table,
    compared.proof_key as proof_key
from compared

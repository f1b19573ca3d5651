-- Lines billed with more tax than is due on what was billed.
-- grain:   one row per invoice_id, order_no and line_no
-- formula: billed tax - billed quantity x billed price x tax_percent / 100
-- source:  core.questioned_claim
-- unit:    document currency, at most the invoice; amounts of tax
with
compared as (
    select
        claim.invoice_id as invoice_id,
        claim.order_no as order_no,
        claim.line_no as line_no,
        claim.invoice_amount as invoice_amount,
        claim.billed_tax - case
            when claim.tax_percent is not null then
                cast(claim.billed_quantity * claim.billed_price as decimal(38, 6)) * (claim.tax_factor - 1)
        end as difference,
        claim.billed_tax as found,
        case
            when claim.tax_percent is not null then
                cast(claim.billed_quantity * claim.billed_price as decimal(38, 6)) * (claim.tax_factor - 1)
        end as expected,
        'order_lines' as proof_table,
        claim.line_key as proof_key
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

-- Lines billed at more than the agreed price.
-- grain:   one row per invoice_id, order_no and line_no
-- formula: (billed price - agreed price) x due quantity, with tax
-- source:  core.questioned_claim
-- unit:    document currency, at most the invoice; price of one unit
with
compared as (
    select
        claim.invoice_id as invoice_id,
        claim.order_no as order_no,
        claim.line_no as line_no,
        claim.invoice_amount as invoice_amount,
        cast((claim.billed_price - claim.agreed_price) * claim.due_quantity as decimal(38, 6)) * claim.tax_factor as difference,
        claim.billed_price as found,
        claim.agreed_price as expected,
        case when claim.price_key is null then 'order_lines' else 'prices' end as proof_table,
        coalesce(claim.price_key, claim.line_key) as proof_key
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

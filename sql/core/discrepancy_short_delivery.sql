-- Lines billed with more than was delivered; what was not even ordered is another rule's.
-- grain:   one row per invoice_id, order_no and line_no
-- formula: (lower of billed and ordered - delivered quantity) x billed price, with tax
-- source:  core.questioned_claim
-- unit:    document currency, at most the invoice; quantity
with
compared as (
    select
        claim.invoice_id as invoice_id,
        claim.order_no as order_no,
        claim.line_no as line_no,
        claim.invoice_amount as invoice_amount,
        cast((claim.ordered_billed_quantity - claim.delivered_quantity) * claim.billed_price as decimal(38, 6)) * claim.tax_factor as difference,
        claim.ordered_billed_quantity as found,
        claim.delivered_quantity as expected,
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

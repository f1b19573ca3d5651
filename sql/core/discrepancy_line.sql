-- Lines billed with something else than was agreed, ordered, delivered or taxed: the rules that compare two figures of one line.
-- A rule is valid where the difference is more than 0.01, undecidable where one of the two figures is not known.
-- grain:   one row per invoice_id, order_no, line_no and rule
-- formula: price: (billed - agreed price) x due quantity, with tax. quantity: (billed - ordered quantity) x billed price, with tax.
--          short_delivery: (lower of billed and ordered - delivered quantity) x billed price, with tax; what was not even ordered is
--          quantity's. late_delivery, of lines delivered after the promised day: due quantity x lower of billed and agreed price
--          x late_percent / 100, with tax; without a percentage undecidable. tax: billed - due tax. freight: billed - agreed freight
-- source:  core.questioned_claim
-- unit:    document currency, at most the invoice; found and expected in the measure of the rule: price, quantity, amount or days
with
compared as (
    select
        claim.invoice_id as invoice_id,
        claim.order_no as order_no,
        claim.line_no as line_no,
        'price' as rule,
        claim.invoice_amount as invoice_amount,
        case
            when claim.billed_price = claim.agreed_price then 0
            else cast(
                cast((claim.billed_price - claim.agreed_price) * claim.due_quantity as decimal(38, 6)) * claim.tax_factor as decimal(38, 9)
            )
        end as difference,
        claim.billed_price as found,
        claim.agreed_price as expected,
        case when claim.price_key is null then 'order_lines' else 'prices' end as proof_table,
        coalesce(claim.price_key, claim.line_key) as proof_key
    from core.questioned_claim as claim
    union all
    select
        claim.invoice_id as invoice_id,
        claim.order_no as order_no,
        claim.line_no as line_no,
        'quantity' as rule,
        claim.invoice_amount as invoice_amount,
        case
            when claim.billed_quantity = claim.ordered_quantity then 0
            else cast(
                cast((claim.billed_quantity - claim.ordered_quantity) * claim.billed_price as decimal(38, 6)) * claim.tax_factor as decimal(38, 9)
            )
        end as difference,
        claim.billed_quantity as found,
        claim.ordered_quantity as expected,
        'order_lines' as proof_table,
        claim.line_key as proof_key
    from core.questioned_claim as claim
    union all
    select
        claim.invoice_id as invoice_id,
        claim.order_no as order_no,
        claim.line_no as line_no,
        'short_delivery' as rule,
        claim.invoice_amount as invoice_amount,
        case
            when claim.ordered_billed_quantity = claim.delivered_quantity then 0
            else cast(
                cast((claim.ordered_billed_quantity - claim.delivered_quantity) * claim.billed_price as decimal(38, 6)) * claim.tax_factor as decimal(38, 9)
            )
        end as difference,
        claim.ordered_billed_quantity as found,
        claim.delivered_quantity as expected,
        'deliveries' as proof_table,
        claim.delivery_key as proof_key
    from core.questioned_claim as claim
    union all
    select
        claim.invoice_id as invoice_id,
        claim.order_no as order_no,
        claim.line_no as line_no,
        'late_delivery' as rule,
        claim.invoice_amount as invoice_amount,
        case
            when claim.days_late <= 0 then 0
            when claim.days_late > 0 then cast(
                cast(
                    cast(claim.due_quantity * least(claim.billed_price, coalesce(claim.agreed_price, claim.billed_price)) as decimal(38, 6))
                    * claim.late_percent as decimal(38, 6)
                ) * 0.01 * claim.tax_factor as decimal(38, 9)
            )
        end as difference,
        claim.days_late as found,
        case when claim.days_late is not null then 0 end as expected,
        'deliveries' as proof_table,
        claim.delivery_key as proof_key
    from core.questioned_claim as claim
    union all
    select
        claim.invoice_id as invoice_id,
        claim.order_no as order_no,
        claim.line_no as line_no,
        'tax' as rule,
        claim.invoice_amount as invoice_amount,
        cast(claim.billed_tax - claim.due_tax as decimal(38, 9)) as difference,
        claim.billed_tax as found,
        claim.due_tax as expected,
        'order_lines' as proof_table,
        claim.line_key as proof_key
    from core.questioned_claim as claim
    union all
    select
        claim.invoice_id as invoice_id,
        claim.order_no as order_no,
        claim.line_no as line_no,
        'freight' as rule,
        claim.invoice_amount as invoice_amount,
        cast(claim.billed_freight - claim.freight as decimal(38, 9)) as difference,
        claim.billed_freight as found,
        claim.freight as expected,
        'order_lines' as proof_table,
        claim.line_key as proof_key
    from core.questioned_claim as claim
    where coalesce(claim.billed_freight, 0) <> 0
)
select
    compared.invoice_id as invoice_id,
    compared.order_no as order_no,
    compared.line_no as line_no,
    cast(compared.rule as varchar) as rule,
    cast(case
        when compared.difference is null then 'undecidable'
        when compared.difference > 0.01 then 'valid'
        else 'invalid'
    end as varchar) as verdict,
    cast(case
        when compared.difference > 0.01 then least(compared.difference, compared.invoice_amount)
        else 0
    end as decimal(18, 3)) as amount,
    cast(compared.found as decimal(28, 9)) as found,
    cast(compared.expected as decimal(28, 9)) as expected,
    cast(compared.proof_table as varchar) as proof_table,
    compared.proof_key as proof_key
from compared

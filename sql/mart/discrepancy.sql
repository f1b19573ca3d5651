-- What the discrepancy rules find on invoices that are open or disputed, as seen from a customer's claim.
-- What a rule finds right is told of disputed invoices only: of the others it would be most of the table.
-- grain:  one row per invoice_id, order_no, line_no and rule; rules about a whole invoice have neither order_no nor line_no
-- source: core.discrepancy_duplicate, core.discrepancy_late_fee, core.discrepancy_line, core.discrepancy_terms_discount, core.questioned
-- unit:   document currency; found and expected in the measure of the rule: price, quantity, amount or days
with
found as (
    select
        r.invoice_id as invoice_id,
        r.order_no as order_no,
        r.line_no as line_no,
        r.rule as rule,
        r.verdict as verdict,
        r.amount as amount,
        r.found as found,
        r.expected as expected,
        r.proof_table as proof_table,
        r.proof_key as proof_key
    from core.discrepancy_line as r
    union all
    select
        r.invoice_id as invoice_id,
        r.order_no as order_no,
        r.line_no as line_no,
        r.rule as rule,
        r.verdict as verdict,
        r.amount as amount,
        r.found as found,
        r.expected as expected,
        r.proof_table as proof_table,
        r.proof_key as proof_key
    from core.discrepancy_duplicate as r
    union all
    select
        r.invoice_id as invoice_id,
        r.order_no as order_no,
        r.line_no as line_no,
        r.rule as rule,
        r.verdict as verdict,
        r.amount as amount,
        r.found as found,
        r.expected as expected,
        r.proof_table as proof_table,
        r.proof_key as proof_key
    from core.discrepancy_late_fee as r
    union all
    select
        r.invoice_id as invoice_id,
        r.order_no as order_no,
        r.line_no as line_no,
        r.rule as rule,
        r.verdict as verdict,
        r.amount as amount,
        r.found as found,
        r.expected as expected,
        r.proof_table as proof_table,
        r.proof_key as proof_key
    from core.discrepancy_terms_discount as r
)
select
    found.invoice_id as invoice_id,
    found.order_no as order_no,
    found.line_no as line_no,
    cast(found.rule as varchar) as rule,
    cast(found.verdict as varchar) as verdict,
    cast(found.amount as decimal(18, 3)) as amount,
    invoice.currency as currency,
    cast(found.amount * invoice.rate as decimal(38, 12)) as reporting_amount,
    invoice.customer_id as customer_id,
    invoice.entity as entity,
    cast(found.found as decimal(28, 9)) as found,
    cast(found.expected as decimal(28, 9)) as expected,
    cast(found.proof_table as varchar) as proof_table,
    cast(found.proof_key as varchar) as proof_key
from found
join core.questioned as invoice
    on invoice.invoice_id = found.invoice_id
where found.verdict <> 'invalid'
    or invoice.disputes > 0

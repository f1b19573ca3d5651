-- Fees for paying late, against when the invoice they were charged for was paid.
-- grain:   one row per invoice_id, order_no and line_no of a fee
-- formula: valid where nothing of that invoice was open at the end of its due day; undecidable where it is not known, not the
--          customer's or not due yet; else invalid
-- source:  core.invoice, core.open_span, core.questioned_line, raw.run_param
-- unit:    document currency: the fee with its tax, at most the document; days that what was late stayed open
with
fee as (
    select
        line.invoice_id as invoice_id,
        line.order_no as order_no,
        line.line_no as line_no,
        line.fee_for as fee_for,
        late.invoice_id as late_id,
        case when late.due_day < param.as_of_day and late.customer_id = line.customer_id then late.due_day end as due_day,
        least(
            cast(coalesce(line.billed_quantity, 1) * line.billed_price as decimal(38, 6)) + coalesce(line.billed_tax, 0),
            line.invoice_amount
        ) as amount
    from core.questioned_line as line
    cross join raw.run_param as param
    left join core.invoice as late
        on late.invoice_id = line.fee_for
    where line.kind = 'late_fee'
),
overdue as (
    select
        fee.invoice_id as invoice_id,
        fee.order_no as order_no,
        fee.line_no as line_no,
        max(least(span.to_day, param.as_of_day) - span.due_day) as days_late
    from fee
    cross join raw.run_param as param
    join core.open_span as span
        on span.invoice_id = fee.late_id
        and span.from_day <= span.due_day
        and span.due_day < least(span.to_day, param.as_of_day)
        and span.open_amount > 0
    group by fee.invoice_id, fee.order_no, fee.line_no
),
compared as (
    select
        fee.invoice_id as invoice_id,
        fee.order_no as order_no,
        fee.line_no as line_no,
        fee.fee_for as fee_for,
        fee.amount as amount,
        overdue.days_late as days_late,
        case
            when overdue.days_late is not null and fee.due_day is not null then 'invalid'
            when fee.due_day is not null and fee.amount > 0 then 'valid'
            else 'undecidable'
        end as verdict
    from fee
    left join overdue
        on overdue.invoice_id = fee.invoice_id
        and overdue.order_no = fee.order_no
        and overdue.line_no = fee.line_no
)
select
    compared.invoice_id as invoice_id,
    compared.order_no as order_no,
    compared.line_no as line_no,
    'late_fee' as rule,
    compared.verdict as verdict,
    cast(case when compared.verdict = 'valid' then compared.amount else 0 end as decimal(18, 3)) as amount,
    cast(coalesce(compared.days_late, 0) as decimal(28, 9)) as found,
    cast(0 as decimal(28, 9)) as expected,
    'invoices' as proof_table,
    coalesce(compared.fee_for, compared.invoice_id) as proof_key
from compared

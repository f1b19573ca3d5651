-- Cash discounts that the terms allow: refused although the money came in time, or taken too late.
-- grain:   one row per invoice_id with a discount in its terms
-- formula: valid where receipts by the last day of the discount came to the amount less the discount, and it was not granted;
--          undecidable while that day is still ahead; else invalid. discount = amount x percent / 100
-- source:  core.questioned_paper, core.reduction, raw.run_param, raw.term
-- unit:    document currency, at most what is open; days from the invoice to the last receipt
with
allowed as (
    select
        paper.invoice_id as invoice_id,
        paper.amount as amount,
        paper.open_amount as open_amount,
        paper.issued_day as issued_day,
        paper.issued_day + term.discount_days as last_day,
        term.discount_days as discount_days,
        cast(paper.amount * term.discount_percent as decimal(38, 6)) * 0.01 as discount
    from core.questioned_paper as paper
    join raw.term as term
        on term.terms = paper.terms
    where paper.amount > 0
),
received as (
    select
        allowed.invoice_id as invoice_id,
        sum(case when reduction.kind = 'payment' and reduction.paid_day <= allowed.last_day then reduction.amount else 0 end) as in_time,
        sum(case when reduction.kind = 'discount' then reduction.amount else 0 end) as granted,
        max(case when reduction.kind = 'payment' then reduction.paid_day end) as last_paid_day,
        max(case when reduction.kind = 'payment' then reduction.source_id end) as source_id
    from allowed
    join core.reduction as reduction
        on reduction.invoice_id = allowed.invoice_id
        and reduction.fault is null
    cross join raw.run_param as param
    where reduction.from_day <= param.as_of_day
        and param.as_of_day < reduction.until_day
    group by allowed.invoice_id
),
compared as (
    select
        allowed.invoice_id as invoice_id,
        allowed.discount_days as discount_days,
        received.last_paid_day - allowed.issued_day as paid_after_days,
        received.source_id as source_id,
        allowed.last_day >= param.as_of_day and received.last_paid_day is null as is_ahead,
        case
            when received.in_time >= allowed.amount - allowed.discount - 0.01
                then least(allowed.open_amount, allowed.discount - received.granted)
            else 0
        end as refused
    from allowed
    cross join raw.run_param as param
    left join received
        on received.invoice_id = allowed.invoice_id
)
select
    compared.invoice_id as invoice_id,
    '' as order_no,
    '' as line_no,
    'terms_discount' as rule,
    case
        when compared.refused > 0.01 then 'valid'
        when compared.is_ahead then 'undecidable'
        else 'invalid'
    end as verdict,
    cast(case when compared.refused > 0.01 then compared.refused else 0 end as decimal(18, 3)) as amount,
    cast(compared.paid_after_days as decimal(28, 9)) as found,
    cast(compared.discount_days as decimal(28, 9)) as expected,
    case when compared.source_id is null then 'invoices' else 'payments' end as proof_table,
    coalesce(compared.source_id, compared.invoice_id) as proof_key
from compared

-- The parts of an invoice in the order in which they fall due, which is the order in which they are paid.
-- The last part is what the earlier ones leave of the invoice, so that parts always add up to their invoice.
-- grain:   one row per invoice_id and number
-- part:    invoice_id
-- formula: before_amount = sum of the amounts that fall due earlier
-- source:  core.invoice, stg.instalment
-- unit:    document currency
with
ordered as (
    select
        instalment.invoice_id as invoice_id,
        instalment.number as number,
        instalment.due_day as due_day,
        instalment.amount as stated_amount,
        coalesce(sum(instalment.amount) over (
            partition by instalment.invoice_id
            order by instalment.due_day, instalment.number
            rows between unbounded preceding and 1 preceding
        ), 0) as before_amount,
        row_number() over (
            partition by instalment.invoice_id
            order by instalment.due_day desc, instalment.number desc
        ) as from_last
    from stg.instalment as instalment
)
select
    ordered.invoice_id as invoice_id,
    ordered.number as number,
    ordered.due_day as due_day,
    cast(case
        when ordered.from_last = 1 then invoice.amount - ordered.before_amount
        else ordered.stated_amount
    end as decimal(18, 3)) as amount,
    cast(ordered.before_amount as decimal(18, 3)) as before_amount,
    cast(ordered.stated_amount as decimal(18, 3)) as stated_amount,
    ordered.from_last = 1 as is_last
from ordered
join core.invoice as invoice
    on invoice.invoice_id = ordered.invoice_id

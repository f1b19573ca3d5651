-- Invoices that bill what an earlier one has billed already.
-- grain:   one row per invoice_id that names an order or a purchase order
-- formula: another invoice of the customer over the same amount and currency, with the same order or purchase order, issued up to
--          20 days earlier (what is billed every month is no duplicate), or on the same day under a lesser number, and not voided
-- source:  core.questioned_paper, raw.run_param, stg.invoice
-- unit:    document currency: the whole invoice; days between the two
with
twin as (
    select
        own.invoice_id as invoice_id,
        other.invoice_id as other_id,
        own.issued_day - other.issued_day as days_between,
        row_number() over (partition by own.invoice_id order by other.issued_day, other.invoice_id) as place
    from core.questioned_paper as own
    join stg.invoice as other
        on other.customer_id = own.customer_id
        and other.currency = own.currency
        and other.amount = own.amount
        and other.invoice_id <> own.invoice_id
        and (other.order_no = own.order_no or other.po_no = own.po_no)
    cross join raw.run_param as param
    where own.issued_day - other.issued_day between 0 and 20
        and (other.issued_day < own.issued_day or other.invoice_id < own.invoice_id)
        and param.as_of_day < coalesce(other.voided_day, 2932896)
)
select
    own.invoice_id as invoice_id,
    '' as order_no,
    '' as line_no,
    'duplicate' as rule,
    case when twin.invoice_id is null then 'invalid' else 'valid' end as verdict,
    cast(case when twin.invoice_id is null then 0 else own.amount end as decimal(18, 3)) as amount,
    cast(twin.days_between as decimal(28, 9)) as found,
    cast(case when twin.invoice_id is not null then 20 end as decimal(28, 9)) as expected,
    'invoices' as proof_table,
    coalesce(twin.other_id, own.invoice_id) as proof_key
from core.questioned_paper as own
left join twin
    on twin.invoice_id = own.invoice_id
    and twin.place = 1
where (own.order_no is not null or own.po_no is not null)
    and own.amount > 0

-- Invoices and debit memos, each in its latest known version.
-- grain:  one row per invoice_id
-- source: raw.batch, raw.invoices
with
repeated as (
    select
        received.invoice_id as invoice_id
    from raw.invoices as received
    group by received.invoice_id
    having count(*) > 1
),
version as (
    select
        received.invoice_id as invoice_id,
        received.customer_id as customer_id,
        received.issued_on as issued_on,
        received.issued_day as issued_day,
        received.issued_month as issued_month,
        received.due_on as due_on,
        received.due_day as due_day,
        received.due_month as due_month,
        received.amount as amount,
        received.currency as currency,
        received.kind as kind,
        received.entity as entity,
        received.order_no as order_no,
        received.po_no as po_no,
        received.terms as terms,
        received.cleared_on as cleared_on,
        received.cleared_day as cleared_day,
        received.cleared_month as cleared_month,
        received.voided_on as voided_on,
        received.voided_day as voided_day,
        received.voided_month as voided_month,
        received.rate as rate,
        received._batch as _batch,
        received._line as _line,
        row_number() over (
            partition by received.invoice_id
            order by batch.sequence desc, received._line desc
        ) as recency
    from raw.invoices as received
    join repeated
        on repeated.invoice_id = received.invoice_id
    join raw.batch as batch
        on batch.batch = received._batch
)
select
    received.invoice_id as invoice_id,
    received.customer_id as customer_id,
    received.issued_on as issued_on,
    received.issued_day as issued_day,
    received.issued_month as issued_month,
    received.due_on as due_on,
    received.due_day as due_day,
    received.due_month as due_month,
    received.amount as amount,
    received.currency as currency,
    received.kind as kind,
    received.entity as entity,
    received.order_no as order_no,
    received.po_no as po_no,
    received.terms as terms,
    received.cleared_on as cleared_on,
    received.cleared_day as cleared_day,
    received.cleared_month as cleared_month,
    received.voided_on as voided_on,
    received.voided_day as voided_day,
    received.voided_month as voided_month,
    received.rate as rate,
    received._batch as _batch,
    received._line as _line
from raw.invoices as received
left join repeated
    on repeated.invoice_id = received.invoice_id
where repeated.invoice_id is null
union all
select
    version.invoice_id as invoice_id,
    version.customer_id as customer_id,
    version.issued_on as issued_on,
    version.issued_day as issued_day,
    version.issued_month as issued_month,
    version.due_on as due_on,
    version.due_day as due_day,
    version.due_month as due_month,
    version.amount as amount,
    version.currency as currency,
    version.kind as kind,
    version.entity as entity,
    version.order_no as order_no,
    version.po_no as po_no,
    version.terms as terms,
    version.cleared_on as cleared_on,
    version.cleared_day as cleared_day,
    version.cleared_month as cleared_month,
    version.voided_on as voided_on,
    version.voided_day as voided_day,
    version.voided_month as voided_month,
    cast(version.rate as decimal(28, 9)) as rate,
    version._batch as _batch,
    version._line as _line
from version
where version.recency = 1

-- Short payments that look like deductions, each with the reason that the discrepancy rules suggest for it.
-- grain:   one row per invoice_id
-- formula: rule is the one that supports exactly what is short (to 0.01), else the one that supports most; where none does, a
--          cash discount taken too late if the terms have one (invalid); else none. supported is at most what is short
-- source:  core.discrepancy_terms_discount, core.short_payment, mart.discrepancy, raw.day, raw.run_param
-- unit:    document currency; reporting currency as the open item's; days since the payment
with
hit as (
    select
        short.invoice_id as invoice_id,
        found.rule as rule,
        sum(found.amount) as amount
    from core.short_payment as short
    join mart.discrepancy as found
        on found.customer_id = short.customer_id
        and found.invoice_id = short.invoice_id
        and found.verdict = 'valid'
    group by short.invoice_id, found.rule
),
ranked as (
    select
        hit.invoice_id as invoice_id,
        hit.rule as rule,
        hit.amount as amount,
        sum(hit.amount) over (partition by hit.invoice_id) as all_amount,
        row_number() over (
            partition by hit.invoice_id
            order by
                case when abs(hit.amount - short.short_amount) <= 0.01 then 0 else 1 end,
                hit.amount desc,
                hit.rule
        ) as place
    from hit
    join core.short_payment as short
        on short.invoice_id = hit.invoice_id
),
late as (
    select found.invoice_id as invoice_id, 'terms_discount' as rule
    from core.discrepancy_terms_discount as found
    where found.verdict = 'invalid'
        and found.found > found.expected
)
select
    short.invoice_id as invoice_id,
    short.payment_id as payment_id,
    short.customer_id as customer_id,
    short.entity as entity,
    paid.on_date as paid_on,
    cast(param.as_of_day - short.paid_day as bigint) as days,
    short.currency as currency,
    short.paid_amount as paid_amount,
    short.short_amount as short_amount,
    short.reporting_amount as reporting_amount,
    cast(coalesce(ranked.rule, late.rule) as varchar) as rule,
    cast(case coalesce(ranked.rule, late.rule)
        when 'short_delivery' then 'quantity'
        when 'terms_discount' then 'terms'
        else coalesce(ranked.rule, late.rule)
    end as varchar) as suggested_reason,
    cast(case
        when ranked.rule is null then 0
        when abs(ranked.amount - short.short_amount) <= 0.01 then short.short_amount
        else least(ranked.all_amount, short.short_amount)
    end as decimal(18, 3)) as supported_amount,
    cast(case
        when ranked.rule is null and late.invoice_id is null then 'undecidable'
        when ranked.rule is null then 'invalid'
        else 'valid'
    end as varchar) as verdict
from core.short_payment as short
cross join raw.run_param as param
join raw.day as paid
    on paid.day = short.paid_day
left join ranked
    on ranked.invoice_id = short.invoice_id
    and ranked.place = 1
left join late
    on late.invoice_id = short.invoice_id

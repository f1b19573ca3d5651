-- What each customer owes against what it may owe, today and in thirty days.
-- In thirty days: what is billed at the pace of the last ninety days comes on top, and what is expected to be settled by then, by the
-- scores, goes off. A limit is compared in the reporting currency; without a rate for its currency there is none to compare with.
-- grain:   one row per customer_id with a balance or a limit
-- formula: net = gross - credits; utilisation = net / limit; projected = net + billed of 90 days / 3 - open items expected by then
-- source:  core.closing_rate, core.customer, core.invoice, mart.customer, mart.open_item, mart.score, raw.run_param, raw.setting
-- unit:    reporting currency; percent; standing is over (the limit), breach (of it projected), within, or no limit
with
billed as (
    select
        invoice.customer_id as customer_id,
        sum(cast(invoice.amount * invoice.rate as decimal(38, 12))) as amount
    from core.invoice as invoice
    join raw.run_param as param
        on invoice.issued_day <= param.as_of_day
        and invoice.issued_day > param.as_of_day - 90
        and param.as_of_day < invoice.void_day
    group by invoice.customer_id
),
expected as (
    select
        item.customer_id as customer_id,
        sum(case when score.settle_days <= 30 then item.reporting_amount else 0 end) as amount
    from mart.open_item as item
    join mart.score as score
        on score.customer_id = item.customer_id
        and score.invoice_id = item.invoice_id
        and score.number = item.number
    group by item.customer_id
),
limited as (
    select
        customer.customer_id as customer_id,
        cast(customer.credit_limit * case
            when coalesce(customer.currency, setting.reporting_currency) = setting.reporting_currency then 1
            else closing.rate
        end as decimal(38, 12)) as amount
    from core.customer as customer
    cross join raw.setting as setting
    cross join raw.run_param as param
    left join core.closing_rate as closing
        on closing.month = param.as_of_month
        and closing.currency = customer.currency
),
compared as (
    select
        customer.customer_id as customer_id,
        customer.parent_id as parent_id,
        customer.gross_amount as gross_amount,
        customer.past_due_amount as past_due_amount,
        customer.credit_amount as credit_amount,
        customer.net_amount as net_amount,
        limited.amount as limit_amount,
        coalesce(billed.amount, 0) as billed_90_amount,
        coalesce(expected.amount, 0) as expected_30_amount,
        customer.net_amount + coalesce(billed.amount, 0) / 3e0 - coalesce(expected.amount, 0) as projected_amount
    from mart.customer as customer
    join limited
        on limited.customer_id = customer.customer_id
    left join billed
        on billed.customer_id = customer.customer_id
    left join expected
        on expected.customer_id = customer.customer_id
    where customer.open_items > 0
        or customer.credit_amount <> 0
        or limited.amount is not null
)
select
    compared.customer_id as customer_id,
    compared.parent_id as parent_id,
    cast(compared.gross_amount as decimal(38, 12)) as gross_amount,
    cast(compared.past_due_amount as decimal(38, 12)) as past_due_amount,
    cast(compared.credit_amount as decimal(38, 12)) as credit_amount,
    cast(compared.net_amount as decimal(38, 12)) as net_amount,
    compared.limit_amount as limit_amount,
    cast(compared.net_amount * 1e2 / nullif(compared.limit_amount, 0) as decimal(18, 9)) as utilisation_percent,
    cast(compared.billed_90_amount as decimal(38, 12)) as billed_90_amount,
    cast(compared.expected_30_amount as decimal(38, 12)) as expected_30_amount,
    cast(compared.projected_amount as decimal(18, 6)) as projected_30_amount,
    case
        when compared.limit_amount is null then 'no limit'
        when compared.net_amount > compared.limit_amount then 'over'
        when compared.projected_amount > compared.limit_amount then 'breach'
        else 'within'
    end as standing
from compared

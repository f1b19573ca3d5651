-- Receipts expected in the next thirteen weeks, with a band from the forecasts' own errors.
-- What is open is spread over the weeks in which items like it were settled; what was billed in the last thirteen weeks is taken to be
-- billed once more thirteen weeks later and to be paid as late as the customer's payments of two years were.
-- grain:   one row per week, 1 to 13
-- formula: expected = open items + new billing; low and high = expected x what actual was of forecast in one of ten and nine of ten tests
-- source:  core.invoice, mart.behaviour, mart.open_item, mart.score, raw.day, raw.run_param, score.band, score.cash, score.share
-- unit:    reporting currency; the band is NULL with fewer than three tests
with
expected as (
    select
        score.usual_days_late as usual_days_late,
        least(greatest(score.usual_days_late - item.days_past_due, -150), 250) as gap_days,
        item.reporting_amount as open_amount,
        cast(0 as decimal(38, 12)) as new_amount
    from mart.open_item as item
    join mart.score as score
        on score.customer_id = item.customer_id
        and score.invoice_id = item.invoice_id
        and score.number = item.number
    union all
    select
        least(greatest(coalesce(cast(behaviour.days_beyond_terms as bigint), 0), -30), 120) as usual_days_late,
        least(greatest(
            least(greatest(coalesce(cast(behaviour.days_beyond_terms as bigint), 0), -30), 120)
                + invoice.due_day + 91 - param.as_of_day, -150
        ), 250) as gap_days,
        cast(0 as decimal(38, 12)) as open_amount,
        cast(invoice.amount * invoice.rate as decimal(38, 12)) as new_amount
    from core.invoice as invoice
    join raw.run_param as param
        on invoice.issued_day <= param.as_of_day
        and invoice.issued_day > param.as_of_day - 91
        and param.as_of_day < invoice.void_day
    left join mart.behaviour as behaviour
        on behaviour.customer_id = invoice.customer_id
),
gathered as (
    select
        band.band as band,
        expected.gap_days as gap_days,
        sum(expected.open_amount) as open_amount,
        sum(expected.new_amount) as new_amount
    from expected
    join score.band as band
        on band.expected_days = expected.usual_days_late
    group by band.band, expected.gap_days
),
summed as (
    select
        share.week as week,
        sum(cast(gathered.open_amount as decimal(26, 6)) * cast(share.share as decimal(12, 6))) as open_amount,
        sum(cast(gathered.new_amount as decimal(26, 6)) * cast(share.share as decimal(12, 6))) as new_amount
    from gathered
    join score.share as share
        on share.band = gathered.band
        and share.gap_days = gathered.gap_days
    group by share.week
),
ahead as (
    select
        cash.week as week,
        coalesce(summed.open_amount, 0) as open_amount,
        coalesce(summed.new_amount, 0) as new_amount,
        cash.low_share as low_share,
        cash.high_share as high_share
    from score.cash as cash
    left join summed
        on summed.week = cash.week
)
select
    ahead.week as week,
    first_date.on_date as from_on,
    last_date.on_date as until_on,
    cast(ahead.open_amount as decimal(38, 12)) as open_amount,
    cast(ahead.new_amount as decimal(38, 12)) as new_amount,
    cast(ahead.open_amount + ahead.new_amount as decimal(38, 12)) as expected_amount,
    cast((ahead.open_amount + ahead.new_amount) * (ahead.low_share * 1e0) as decimal(18, 6)) as low_amount,
    cast((ahead.open_amount + ahead.new_amount) * (ahead.high_share * 1e0) as decimal(18, 6)) as high_amount
from ahead
cross join raw.run_param as param
join raw.day as first_date
    on first_date.day = param.as_of_day + 7 * (ahead.week - 1) + 1
join raw.day as last_date
    on last_date.day = param.as_of_day + 7 * ahead.week

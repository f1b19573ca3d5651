-- What is known of a customer at as_of, as points: what all of its open items have in common.
-- grain:  one row per customer_id with an open item
-- source: core.risk_history, score.point
-- unit:   points; days_milli in thousandths of a day; first, second and third are the largest of the points that raise the score, each as
--         points x 100000 + the key of its words, and 0 where there is none
with
known as (
    select
        history.customer_id as customer_id,
        late_percent.points as late_percent, late_percent.key as late_percent_key,
        late_percent_recent.points as late_percent_recent, late_percent_recent.key as late_percent_recent_key,
        days_late.points as days_late, days_late.key as days_late_key,
        days_late_recent.points as days_late_recent, days_late_recent.key as days_late_recent_key,
        days_late_last.points as days_late_last, days_late_last.key as days_late_last_key,
        overdue_items.points as overdue_items, overdue_items.key as overdue_items_key,
        overdue_percent.points as overdue_percent, overdue_percent.key as overdue_percent_key,
        open_items.points as open_items, open_items.key as open_items_key,
        open_days.points as open_days, open_days.key as open_days_key,
        disputed_percent.points as disputed_percent, disputed_percent.key as disputed_percent_key,
        short_percent.points as short_percent, short_percent.key as short_percent_key,
        broken_promises.points as broken_promises, broken_promises.key as broken_promises_key,
        paid_items.points as paid_items, paid_items.key as paid_items_key,
        related_months.points as related_months, related_months.key as related_months_key,
        late_percent.points_30
        + late_percent_recent.points_30
        + days_late.points_30
        + days_late_recent.points_30
        + days_late_last.points_30
        + overdue_items.points_30
        + overdue_percent.points_30
        + open_items.points_30
        + open_days.points_30
        + disputed_percent.points_30
        + short_percent.points_30
        + broken_promises.points_30
        + paid_items.points_30
        + related_months.points_30 as points_30,
        late_percent.days_milli
        + late_percent_recent.days_milli
        + days_late.days_milli
        + days_late_recent.days_milli
        + days_late_last.days_milli
        + overdue_items.days_milli
        + overdue_percent.days_milli
        + open_items.days_milli
        + open_days.days_milli
        + disputed_percent.days_milli
        + short_percent.days_milli
        + broken_promises.days_milli
        + paid_items.days_milli
        + related_months.days_milli as days_milli
    from core.risk_history as history
    join score.point as late_percent
        on late_percent.feature = 'late_percent'
        and late_percent.level = history.late_percent
    join score.point as late_percent_recent
        on late_percent_recent.feature = 'late_percent_recent'
        and late_percent_recent.level = history.late_percent_recent
    join score.point as days_late
        on days_late.feature = 'days_late'
        and days_late.level = least(greatest(history.days_late, -30), 120)
    join score.point as days_late_recent
        on days_late_recent.feature = 'days_late_recent'
        and days_late_recent.level = least(greatest(history.days_late_recent, -30), 120)
    join score.point as days_late_last
        on days_late_last.feature = 'days_late_last'
        and days_late_last.level = least(greatest(history.days_late_last, -30), 120)
    join score.point as overdue_items
        on overdue_items.feature = 'overdue_items'
        and overdue_items.level = history.overdue_items
    join score.point as overdue_percent
        on overdue_percent.feature = 'overdue_percent'
        and overdue_percent.level = history.overdue_percent
    join score.point as open_items
        on open_items.feature = 'open_items'
        and open_items.level = history.open_items
    join score.point as open_days
        on open_days.feature = 'open_days'
        and open_days.level = history.open_days
    join score.point as disputed_percent
        on disputed_percent.feature = 'disputed_percent'
        and disputed_percent.level = history.disputed_percent
    join score.point as short_percent
        on short_percent.feature = 'short_percent'
        and short_percent.level = history.short_percent
    join score.point as broken_promises
        on broken_promises.feature = 'broken_promises'
        and broken_promises.level = history.broken_promises
    join score.point as paid_items
        on paid_items.feature = 'paid_items'
        and paid_items.level = history.paid_items
    join score.point as related_months
        on related_months.feature = 'related_months'
        and related_months.level = history.related_months
    where history.invoice_id = ''
),
reason as (
    select
        known.customer_id as customer_id,
        known.points_30 as points_30,
        known.days_milli as days_milli,
        known.late_percent
        + known.late_percent_recent
        + known.days_late
        + known.days_late_recent
        + known.days_late_last
        + known.overdue_items
        + known.overdue_percent
        + known.open_items
        + known.open_days
        + known.disputed_percent
        + known.short_percent
        + known.broken_promises
        + known.paid_items
        + known.related_months as points,
        case when known.late_percent > 0 then known.late_percent * 100000 + known.late_percent_key else 0 end as late_percent,
        case when known.late_percent_recent > 0 then known.late_percent_recent * 100000 + known.late_percent_recent_key else 0 end as late_percent_recent,
        case when known.days_late > 0 then known.days_late * 100000 + known.days_late_key else 0 end as days_late,
        case when known.days_late_recent > 0 then known.days_late_recent * 100000 + known.days_late_recent_key else 0 end as days_late_recent,
        case when known.days_late_last > 0 then known.days_late_last * 100000 + known.days_late_last_key else 0 end as days_late_last,
        case when known.overdue_items > 0 then known.overdue_items * 100000 + known.overdue_items_key else 0 end as overdue_items,
        case when known.overdue_percent > 0 then known.overdue_percent * 100000 + known.overdue_percent_key else 0 end as overdue_percent,
        case when known.open_items > 0 then known.open_items * 100000 + known.open_items_key else 0 end as open_items,
        case when known.open_days > 0 then known.open_days * 100000 + known.open_days_key else 0 end as open_days,
        case when known.disputed_percent > 0 then known.disputed_percent * 100000 + known.disputed_percent_key else 0 end as disputed_percent,
        case when known.short_percent > 0 then known.short_percent * 100000 + known.short_percent_key else 0 end as short_percent,
        case when known.broken_promises > 0 then known.broken_promises * 100000 + known.broken_promises_key else 0 end as broken_promises,
        case when known.paid_items > 0 then known.paid_items * 100000 + known.paid_items_key else 0 end as paid_items,
        case when known.related_months > 0 then known.related_months * 100000 + known.related_months_key else 0 end as related_months
    from known
),
led as (
    select
        reason.customer_id as customer_id,
        reason.points as points,
        reason.points_30 as points_30,
        reason.days_milli as days_milli,
        reason.late_percent as late_percent,
        reason.late_percent_recent as late_percent_recent,
        reason.days_late as days_late,
        reason.days_late_recent as days_late_recent,
        reason.days_late_last as days_late_last,
        reason.overdue_items as overdue_items,
        reason.overdue_percent as overdue_percent,
        reason.open_items as open_items,
        reason.open_days as open_days,
        reason.disputed_percent as disputed_percent,
        reason.short_percent as short_percent,
        reason.broken_promises as broken_promises,
        reason.paid_items as paid_items,
        reason.related_months as related_months,
        greatest(
            reason.late_percent,
            reason.late_percent_recent,
            reason.days_late,
            reason.days_late_recent,
            reason.days_late_last,
            reason.overdue_items,
            reason.overdue_percent,
            reason.open_items,
            reason.open_days,
            reason.disputed_percent,
            reason.short_percent,
            reason.broken_promises,
            reason.paid_items,
            reason.related_months
        ) as first
    from reason
),
followed as (
    select
        led.customer_id as customer_id,
        led.points as points,
        led.points_30 as points_30,
        led.days_milli as days_milli,
        led.first as first,
        led.late_percent as late_percent,
        led.late_percent_recent as late_percent_recent,
        led.days_late as days_late,
        led.days_late_recent as days_late_recent,
        led.days_late_last as days_late_last,
        led.overdue_items as overdue_items,
        led.overdue_percent as overdue_percent,
        led.open_items as open_items,
        led.open_days as open_days,
        led.disputed_percent as disputed_percent,
        led.short_percent as short_percent,
        led.broken_promises as broken_promises,
        led.paid_items as paid_items,
        led.related_months as related_months,
        greatest(
            case when led.late_percent < led.first then led.late_percent else 0 end,
            case when led.late_percent_recent < led.first then led.late_percent_recent else 0 end,
            case when led.days_late < led.first then led.days_late else 0 end,
            case when led.days_late_recent < led.first then led.days_late_recent else 0 end,
            case when led.days_late_last < led.first then led.days_late_last else 0 end,
            case when led.overdue_items < led.first then led.overdue_items else 0 end,
            case when led.overdue_percent < led.first then led.overdue_percent else 0 end,
            case when led.open_items < led.first then led.open_items else 0 end,
            case when led.open_days < led.first then led.open_days else 0 end,
            case when led.disputed_percent < led.first then led.disputed_percent else 0 end,
            case when led.short_percent < led.first then led.short_percent else 0 end,
            case when led.broken_promises < led.first then led.broken_promises else 0 end,
            case when led.paid_items < led.first then led.paid_items else 0 end,
            case when led.related_months < led.first then led.related_months else 0 end
        ) as second
    from led
)
select
    followed.customer_id as customer_id,
    followed.points as points,
    followed.points_30 as points_30,
    followed.days_milli as days_milli,
    cast(followed.first as bigint) as first,
    cast(followed.second as bigint) as second,
    cast(greatest(
        case when followed.late_percent < followed.second then followed.late_percent else 0 end,
        case when followed.late_percent_recent < followed.second then followed.late_percent_recent else 0 end,
        case when followed.days_late < followed.second then followed.days_late else 0 end,
        case when followed.days_late_recent < followed.second then followed.days_late_recent else 0 end,
        case when followed.days_late_last < followed.second then followed.days_late_last else 0 end,
        case when followed.overdue_items < followed.second then followed.overdue_items else 0 end,
        case when followed.overdue_percent < followed.second then followed.overdue_percent else 0 end,
        case when followed.open_items < followed.second then followed.open_items else 0 end,
        case when followed.open_days < followed.second then followed.open_days else 0 end,
        case when followed.disputed_percent < followed.second then followed.disputed_percent else 0 end,
        case when followed.short_percent < followed.second then followed.short_percent else 0 end,
        case when followed.broken_promises < followed.second then followed.broken_promises else 0 end,
        case when followed.paid_items < followed.second then followed.paid_items else 0 end,
        case when followed.related_months < followed.second then followed.related_months else 0 end
    ) as bigint) as third
from followed

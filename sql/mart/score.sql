-- How likely each open item is to be paid late, as a score of points that add up, and why.
-- 500 is an even chance, and every 20 points double the odds of being late. Points for what is usual are 0: base_points is an item of
-- which everything is as usual. An item past its due day is late.
-- grain:   one row per open instalment: invoice_id and number
-- formula: score = base + customer + terms + usual + amount + month-end + dispute + waited points; probabilities by score.odds; expected
--          days late = days late already + further days, by score.expectation
-- source:  core.risk_item, core.score_customer, score.card, score.expectation, score.odds, score.point
-- unit:    probabilities from 0 to 1, NULL where too little is settled to learn from; days; points in whole numbers
with
scored as (
    select
        item.invoice_id as invoice_id,
        item.number as number,
        item.customer_id as customer_id,
        item.days_past_due as days_past_due,
        customer.first as first,
        customer.second as second,
        customer.third as third,
        customer.points as customer_points,
        terms_days.points as terms_days_points,
        case when terms_days.points > 0 then terms_days.points * 100000 + terms_days.key else 0 end as terms_days,
        usual_percent.points as usual_percent_points,
        case when usual_percent.points > 0 then usual_percent.points * 100000 + usual_percent.key else 0 end as usual_percent,
        amount_percent.points as amount_percent_points,
        case when amount_percent.points > 0 then amount_percent.points * 100000 + amount_percent.key else 0 end as amount_percent,
        month_end_wait.points as month_end_wait_points,
        case when month_end_wait.points > 0 then month_end_wait.points * 100000 + month_end_wait.key else 0 end as month_end_wait,
        disputed.points as disputed_points,
        case when disputed.points > 0 then disputed.points * 100000 + disputed.key else 0 end as disputed,
        waited.points as waited_points,
        case when waited.points > 0 then waited.points * 100000 + waited.key else 0 end as waited,
        card.points as base_points,
        card.points + customer.points
            + terms_days.points + usual_percent.points + amount_percent.points + month_end_wait.points + disputed.points + waited.points as score,
        card.points_30 + customer.points_30
            + terms_days.points_30 + usual_percent.points_30 + amount_percent.points_30 + month_end_wait.points_30 + disputed.points_30 + waited.points_30 as points_30,
        card.days_milli + customer.days_milli
            + terms_days.days_milli + usual_percent.days_milli + amount_percent.days_milli + month_end_wait.days_milli + disputed.days_milli + waited.days_milli as days_milli
    from core.risk_item as item
    cross join score.card as card
    join core.score_customer as customer
        on customer.customer_id = item.customer_id
    join score.point as terms_days
        on terms_days.feature = 'terms_days'
        and terms_days.level = item.terms_days
    join score.point as usual_percent
        on usual_percent.feature = 'usual_percent'
        and usual_percent.level = item.usual_percent
    join score.point as amount_percent
        on amount_percent.feature = 'amount_percent'
        and amount_percent.level = item.amount_percent
    join score.point as month_end_wait
        on month_end_wait.feature = 'month_end_wait'
        and month_end_wait.level = item.month_end_wait
    join score.point as disputed
        on disputed.feature = 'disputed'
        and disputed.level = item.disputed
    join score.point as waited
        on waited.feature = 'waited'
        and waited.level = item.waited
    where item.is_open
),
led as (
    select
        scored.invoice_id as invoice_id,
        scored.number as number,
        scored.customer_id as customer_id,
        scored.days_past_due as days_past_due,
        scored.customer_points as customer_points,
        scored.terms_days_points as terms_days_points,
        scored.usual_percent_points as usual_percent_points,
        scored.amount_percent_points as amount_percent_points,
        scored.month_end_wait_points as month_end_wait_points,
        scored.disputed_points as disputed_points,
        scored.waited_points as waited_points,
        scored.base_points as base_points,
        scored.score as score,
        scored.points_30 as points_30,
        scored.days_milli as days_milli,
        scored.first as first,
        scored.second as second,
        scored.third as third,
        scored.terms_days as terms_days,
        scored.usual_percent as usual_percent,
        scored.amount_percent as amount_percent,
        scored.month_end_wait as month_end_wait,
        scored.disputed as disputed,
        scored.waited as waited,
        greatest(scored.first, scored.second, scored.third, scored.terms_days, scored.usual_percent, scored.amount_percent, scored.month_end_wait, scored.disputed, scored.waited) as reason_key_1
    from scored
),
followed as (
    select
        led.invoice_id as invoice_id,
        led.number as number,
        led.customer_id as customer_id,
        led.days_past_due as days_past_due,
        led.customer_points as customer_points,
        led.terms_days_points as terms_days_points,
        led.usual_percent_points as usual_percent_points,
        led.amount_percent_points as amount_percent_points,
        led.month_end_wait_points as month_end_wait_points,
        led.disputed_points as disputed_points,
        led.waited_points as waited_points,
        led.base_points as base_points,
        led.score as score,
        led.points_30 as points_30,
        led.days_milli as days_milli,
        led.reason_key_1 as reason_key_1,
        led.first as first,
        led.second as second,
        led.third as third,
        led.terms_days as terms_days,
        led.usual_percent as usual_percent,
        led.amount_percent as amount_percent,
        led.month_end_wait as month_end_wait,
        led.disputed as disputed,
        led.waited as waited,
        greatest(
            case when led.first < led.reason_key_1 then led.first else 0 end,
            case when led.second < led.reason_key_1 then led.second else 0 end,
            case when led.third < led.reason_key_1 then led.third else 0 end,
            case when led.terms_days < led.reason_key_1 then led.terms_days else 0 end,
            case when led.usual_percent < led.reason_key_1 then led.usual_percent else 0 end,
            case when led.amount_percent < led.reason_key_1 then led.amount_percent else 0 end,
            case when led.month_end_wait < led.reason_key_1 then led.month_end_wait else 0 end,
            case when led.disputed < led.reason_key_1 then led.disputed else 0 end,
            case when led.waited < led.reason_key_1 then led.waited else 0 end
        ) as reason_key_2
    from led
),
reasoned as (
    select
        followed.invoice_id as invoice_id,
        followed.number as number,
        followed.customer_id as customer_id,
        followed.days_past_due as days_past_due,
        followed.customer_points as customer_points,
        followed.terms_days_points as terms_days_points,
        followed.usual_percent_points as usual_percent_points,
        followed.amount_percent_points as amount_percent_points,
        followed.month_end_wait_points as month_end_wait_points,
        followed.disputed_points as disputed_points,
        followed.waited_points as waited_points,
        followed.base_points as base_points,
        followed.score as score,
        followed.points_30 as points_30,
        followed.days_milli as days_milli,
        followed.reason_key_1 as reason_key_1,
        followed.reason_key_2 as reason_key_2,
        greatest(
            case when followed.first < followed.reason_key_2 then followed.first else 0 end,
            case when followed.second < followed.reason_key_2 then followed.second else 0 end,
            case when followed.third < followed.reason_key_2 then followed.third else 0 end,
            case when followed.terms_days < followed.reason_key_2 then followed.terms_days else 0 end,
            case when followed.usual_percent < followed.reason_key_2 then followed.usual_percent else 0 end,
            case when followed.amount_percent < followed.reason_key_2 then followed.amount_percent else 0 end,
            case when followed.month_end_wait < followed.reason_key_2 then followed.month_end_wait else 0 end,
            case when followed.disputed < followed.reason_key_2 then followed.disputed else 0 end,
            case when followed.waited < followed.reason_key_2 then followed.waited else 0 end
        ) as reason_key_3
    from followed
)
select
    reasoned.invoice_id as invoice_id,
    reasoned.number as number,
    reasoned.customer_id as customer_id,
    case when reasoned.days_past_due > 0 and late.probability is not null then cast(1 as decimal(9, 6)) else late.probability end as probability_late,
    case when reasoned.days_past_due > 30 and late.probability is not null then cast(1 as decimal(9, 6)) else late_30.probability end as probability_late_30,
    cast(greatest(reasoned.days_past_due, 0) + expectation.further_days as decimal(18, 3)) as expected_days_late,
    expectation.further_days as further_days_late,
    expectation.expected_days as usual_days_late,
    cast(expectation.settle_days + greatest(-30 - reasoned.days_past_due, 0) as decimal(18, 3)) as settle_days,
    cast(reasoned.score as bigint) as score,
    largest.words as reason_1,
    middle.words as reason_2,
    smallest.words as reason_3,
    reasoned.base_points as base_points,
    reasoned.customer_points as customer_points,
    reasoned.terms_days_points as terms_days_points,
    reasoned.usual_percent_points as usual_percent_points,
    reasoned.amount_percent_points as amount_percent_points,
    reasoned.month_end_wait_points as month_end_wait_points,
    reasoned.disputed_points as disputed_points,
    reasoned.waited_points as waited_points
from reasoned
join score.odds as late
    on late.points = reasoned.score
join score.odds as late_30
    on late_30.points = reasoned.points_30
join score.expectation as expectation
    on expectation.expected_days = cast(cast(least(greatest(reasoned.days_milli / 1000e0, -30), 120) as double precision) as bigint)
    and expectation.days_past_due = least(greatest(reasoned.days_past_due, -30), 120)
left join score.point as largest
    on largest.key = reasoned.reason_key_1 % 100000
left join score.point as middle
    on middle.key = reasoned.reason_key_2 % 100000
left join score.point as smallest
    on smallest.key = reasoned.reason_key_3 % 100000

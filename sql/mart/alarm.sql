-- What has changed in how a customer pays: named alarms, each with the two numbers that raised it. mart.alarm_row has the rows behind.
-- drifting: payments of the last 90 days came at least 10 days later than those of the year before, five or more of each.
-- pay_day_moved: nine in ten payments of the year before came in one third of the month, nine in ten of the last 90 days in another.
-- short_pays_rising: at least three short payments in 90 days, and twice the share of the year before.
-- first_broken_promise: a promise was broken in the last 30 days, and none before.
-- gone_quiet: something is overdue, and nothing has come for 45 days and longer than ever in two years.
-- grain:   one row per customer_id and alarm
-- source:  core.alarm_habit, core.alarm_silence, core.promise_kept, mart.customer, raw.run_param, raw.setting
-- unit:    before and after in mean days late, thirds of the month (1 to 3), percent of payments, promises, days
with
summed as (
    select
        habit.customer_id as customer_id,
        sum(case when habit.kind = 'paid' and habit.is_recent then habit.payments else 0 end) as paid,
        sum(case when habit.kind = 'paid' and not habit.is_recent then habit.payments else 0 end) as paid_before,
        sum(case when habit.kind = 'paid' and habit.is_recent then habit.days_late else 0 end) as days,
        sum(case when habit.kind = 'paid' and not habit.is_recent then habit.days_late else 0 end) as days_before,
        sum(case when habit.kind = 'short' and habit.is_recent then habit.payments else 0 end) as short,
        sum(case when habit.kind = 'short' and not habit.is_recent then habit.payments else 0 end) as short_before,
        sum(case when habit.kind = 'paid' and habit.is_recent and habit.third = 0 then habit.payments else 0 end) as first_third,
        sum(case when habit.kind = 'paid' and habit.is_recent and habit.third = 1 then habit.payments else 0 end) as second_third,
        sum(case when habit.kind = 'paid' and habit.is_recent and habit.third = 2 then habit.payments else 0 end) as last_third,
        sum(case when habit.kind = 'paid' and not habit.is_recent and habit.third = 0 then habit.payments else 0 end) as first_third_before,
        sum(case when habit.kind = 'paid' and not habit.is_recent and habit.third = 1 then habit.payments else 0 end) as second_third_before,
        sum(case when habit.kind = 'paid' and not habit.is_recent and habit.third = 2 then habit.payments else 0 end) as last_third_before
    from core.alarm_habit as habit
    group by habit.customer_id
),
enough as (
    select
        summed.customer_id as customer_id,
        summed.days * 1e0 / nullif(summed.paid, 0) as days,
        summed.days_before * 1e0 / nullif(summed.paid_before, 0) as days_before,
        summed.short as short,
        summed.short * 1e2 / nullif(summed.paid, 0) as short_percent,
        summed.short_before * 1e2 / nullif(summed.paid_before, 0) as short_percent_before,
        case
            when summed.first_third * 10 >= summed.paid * 9 then 1
            when summed.second_third * 10 >= summed.paid * 9 then 2
            when summed.last_third * 10 >= summed.paid * 9 then 3
        end as third,
        case
            when summed.first_third_before * 10 >= summed.paid_before * 9 then 1
            when summed.second_third_before * 10 >= summed.paid_before * 9 then 2
            when summed.last_third_before * 10 >= summed.paid_before * 9 then 3
        end as third_before
    from summed
    where summed.paid >= 5
        and summed.paid_before >= 5
),
broken as (
    select
        promise.customer_id as customer_id,
        sum(case when promise.last_day + 30 >= param.as_of_day then 1 else 0 end) as recent,
        sum(case when promise.last_day + 30 < param.as_of_day then 1 else 0 end) as earlier
    from core.promise_kept as promise
    cross join raw.setting as setting
    cross join raw.run_param as param
    where promise.received < promise.amount * setting.promise_share
        and promise.last_day < param.as_of_day
    group by promise.customer_id
),
raised as (
    select enough.customer_id as customer_id, 'drifting' as alarm, enough.days_before as before_value, enough.days as after_value
    from enough
    where enough.days >= enough.days_before + 10
    union all
    select enough.customer_id as customer_id, 'pay_day_moved' as alarm, enough.third_before as before_value, enough.third as after_value
    from enough
    where enough.third <> enough.third_before
    union all
    select
        enough.customer_id as customer_id, 'short_pays_rising' as alarm, enough.short_percent_before as before_value,
        enough.short_percent as after_value
    from enough
    where enough.short >= 3
        and enough.short_percent >= 2 * enough.short_percent_before
    union all
    select broken.customer_id as customer_id, 'first_broken_promise' as alarm, broken.earlier as before_value, broken.recent as after_value
    from broken
    where broken.recent > 0
        and broken.earlier = 0
    union all
    select
        silence.customer_id as customer_id, 'gone_quiet' as alarm, silence.longest_gap_days as before_value,
        silence.silent_days as after_value
    from core.alarm_silence as silence
    join mart.customer as customer
        on customer.customer_id = silence.customer_id
        and customer.past_due_amount > 0
    where silence.silent_days >= 45
        and silence.silent_days > coalesce(silence.longest_gap_days, 0)
)
select
    raised.customer_id as customer_id,
    raised.alarm as alarm,
    cast(raised.before_value as decimal(18, 9)) as before_value,
    cast(raised.after_value as decimal(18, 9)) as after_value
from raised

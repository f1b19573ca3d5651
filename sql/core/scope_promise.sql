-- Promises of every scope that fell due in the window of as_of.
-- grain:  one row per dimension and scope_member
-- source: core.closing_rate, core.member, core.period, core.promise_kept, core.rate, core.scope, raw.setting
-- unit:   reporting currency at the rate of the day the promise was made, else at the closing rate
with
judged as (
    select
        kept.entity as entity,
        kept.currency as currency,
        coalesce(member.member, '') as member,
        kept.amount * coalesce(
            case when kept.currency = setting.reporting_currency then 1 end, made.rate, closing.rate
        ) as promised_amount,
        least(kept.received, kept.amount) * coalesce(
            case when kept.currency = setting.reporting_currency then 1 end, made.rate, closing.rate
        ) as received_amount,
        case when kept.received >= kept.amount * setting.promise_share then 1 else 0 end as is_kept
    from core.promise_kept as kept
    cross join raw.setting as setting
    join core.period as period
        on period.is_as_of
        and kept.last_day between period.window_first_day and period.end_day
    left join core.member as member
        on member.customer_id = kept.customer_id
    left join core.rate as made
        on made.currency = kept.currency
        and made.day = kept.made_day
    left join core.closing_rate as closing
        on closing.month = period.month
        and closing.currency = kept.currency
)
select
    scope.dimension as dimension,
    scope.scope_member as scope_member,
    count(*) as promises,
    sum(judged.is_kept) as kept,
    cast(sum(judged.promised_amount) as decimal(38, 12)) as promised_amount,
    cast(sum(judged.received_amount) as decimal(38, 12)) as received_amount
from judged
join core.scope as scope
    on scope.entity = judged.entity
    and scope.currency = judged.currency
    and scope.member = judged.member
group by scope.dimension, scope.scope_member

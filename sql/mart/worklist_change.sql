-- Who has come among the first fifty of a list since the day before, or gone from them, and why.
-- The list of the day before is the last one that was published on an earlier as-of day, as it stood then.
-- grain:   one row per collector, customer_id and change, entered or left
-- formula: why is the first that applies: the reason he was not listed, or is not; pinned; strategy; points; else the part that moved
--          the priority most: amount = change x mean days, days = the rest of the change in money-days, called score where the score
--          moved the same way, duty; others: only they moved
-- source:  core.customer, mart.standing, raw.run_param, raw.standing
-- unit:    money-days
with
yesterday as (
    select max(standing.as_of) as as_of
    from raw.standing as standing
    cross join raw.run_param as param
    where standing.as_of < param.as_of
),
before as (
    select
        standing.customer_id as customer_id, standing.collector as collector, standing.place as place, standing.reason as reason,
        standing.pinned as pinned, standing.strategy as strategy, standing.percent as percent,
        standing.collectable_amount as collectable_amount, standing.further_days as further_days,
        standing.money_days as money_days, standing.duty_points as duty_points, standing.score as score
    from raw.standing as standing
    join yesterday
        on yesterday.as_of = standing.as_of
),
compared as (
    select
        coalesce(this.customer_id, before.customer_id) as customer_id,
        this.collector as collector,
        before.collector as collector_before,
        this.place as place,
        before.place as place_before,
        this.customer_id is null as is_gone,
        before.customer_id is null as is_new,
        this.reason as reason,
        before.reason as reason_before,
        coalesce(this.pinned, false) as pinned,
        coalesce(before.pinned, false) as pinned_before,
        coalesce(this.strategy, '') <> coalesce(before.strategy, '') as other_strategy,
        coalesce(this.percent, 0) - coalesce(before.percent, 0) as more_percent,
        this.money_days + this.duty_points as priority,
        before.money_days + before.duty_points as priority_before,
        cast((this.collectable_amount - before.collectable_amount) * ((this.further_days + before.further_days) / 2e0) as decimal(38, 3)) as by_amount,
        this.money_days - before.money_days as by_both,
        this.duty_points - before.duty_points as by_duty,
        this.score as score,
        before.score as score_before
    from mart.standing as this
    full join before
        on before.customer_id = this.customer_id
    cross join yesterday
    where yesterday.as_of is not null
),
parted as (
    select
        compared.customer_id as customer_id, compared.collector as collector, compared.collector_before as collector_before,
        compared.place as place, compared.place_before as place_before, compared.is_gone as is_gone, compared.is_new as is_new,
        compared.reason as reason, compared.reason_before as reason_before, compared.pinned as pinned,
        compared.pinned_before as pinned_before, compared.other_strategy as other_strategy, compared.more_percent as more_percent,
        compared.priority as priority, compared.priority_before as priority_before,
        compared.by_amount as by_amount, compared.by_both - compared.by_amount as by_days, compared.by_duty as by_duty,
        compared.score as score, compared.score_before as score_before
    from compared
),
moved as (
    select
        parted.collector as collector,
        parted.customer_id as customer_id,
        'entered' as change,
        parted.place_before as place_before,
        parted.place as place,
        parted.priority_before as priority_before,
        parted.priority as priority,
        parted.score_before as score_before,
        parted.score as score,
        case
            when parted.is_new then 'new'
            when parted.collector_before <> parted.collector then 'collector'
            when parted.reason_before is not null then parted.reason_before
            when parted.pinned and not parted.pinned_before then 'pinned'
            when parted.other_strategy then 'strategy'
            when parted.more_percent > 0 then 'points'
            when greatest(parted.by_amount, parted.by_days, parted.by_duty) <= 0 then 'others'
            when parted.by_duty >= greatest(parted.by_amount, parted.by_days) then 'duty'
            when parted.by_amount >= parted.by_days then 'amount'
            when parted.score > parted.score_before then 'score'
            else 'days'
        end as why
    from parted
    where parted.place <= 50
        and not (coalesce(parted.place_before, 51) <= 50 and parted.collector_before = parted.collector)
    union all
    select
        parted.collector_before as collector,
        parted.customer_id as customer_id,
        'left' as change,
        parted.place_before as place_before,
        parted.place as place,
        parted.priority_before as priority_before,
        parted.priority as priority,
        parted.score_before as score_before,
        parted.score as score,
        case
            when parted.is_gone then 'paid'
            when parted.collector_before <> parted.collector then 'collector'
            when parted.reason is not null then parted.reason
            when parted.pinned_before and not parted.pinned then 'pinned'
            when parted.other_strategy then 'strategy'
            when parted.more_percent < 0 then 'points'
            when least(parted.by_amount, parted.by_days, parted.by_duty) >= 0 then 'others'
            when parted.by_duty <= least(parted.by_amount, parted.by_days) then 'duty'
            when parted.by_amount <= parted.by_days then 'amount'
            when parted.score < parted.score_before then 'score'
            else 'days'
        end as why
    from parted
    where parted.place_before <= 50
        and not (coalesce(parted.place, 51) <= 50 and parted.collector_before = coalesce(parted.collector, ''))
)
select
    moved.collector as collector,
    yesterday.as_of as since,
    moved.customer_id as customer_id,
    customer.name as name,
    moved.change as change,
    moved.place_before as place_before,
    moved.place as place,
    moved.why as why,
    cast(moved.priority_before as decimal(38, 3)) as priority_before,
    cast(moved.priority as decimal(38, 3)) as priority,
    moved.score_before as score_before,
    moved.score as score
from moved
cross join yesterday
join core.customer as customer
    on customer.customer_id = moved.customer_id

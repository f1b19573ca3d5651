-- Pins, snoozes, skips and holds of the last half year: where the score alone would put the customer, and what came of it.
-- grain:   one row per action_id
-- formula: past due is what was past due on its day, settled what of that was no longer open thirty days later, NULL until then;
--          place_by_score = 1 + those on the collector's list with more money-days and duties, where it is in force today
-- source:  core.action_in_force, core.customer, core.open_span, mart.standing, raw.run_param, stg.action
-- unit:    reporting currency at the documents' own rates
with
decided as (
    select
        action.action_id as action_id,
        action.customer_id as customer_id,
        coalesce(action.invoice_id, '') as invoice_id,
        action.kind as kind,
        action.happened_at as happened_at,
        action.happened_day as happened_day,
        action.actor as actor,
        action.reason as reason,
        row_number() over (
            partition by action.customer_id, coalesce(action.invoice_id, ''), action.kind
            order by action.happened_second desc, action.action_id desc
        ) as recency
    from stg.action as action
    cross join raw.run_param as param
    where action.kind in ('pin', 'snooze', 'skip', 'hold')
        and action.happened_day <= param.as_of_day
        and action.happened_day > param.as_of_day - 183
),
owed as (
    select
        decided.action_id as action_id,
        sum(case
            when span.from_day <= decided.happened_day and decided.happened_day < span.to_day then span.open_amount * span.rate else 0
        end) as past_due_amount,
        sum(case
            when span.from_day <= decided.happened_day + 30 and decided.happened_day + 30 < span.to_day then span.open_amount * span.rate else 0
        end) as still_open_amount
    from decided
    join core.open_span as span
        on span.customer_id = decided.customer_id
        and span.issued_day <= decided.happened_day
        and span.due_day < decided.happened_day
        and span.from_day <= decided.happened_day + 30
        and span.to_day > decided.happened_day
        and span.open_amount > 0
    where decided.invoice_id in ('', span.invoice_id)
    group by decided.action_id
),
ranked as (
    select
        this.customer_id as customer_id,
        count(other.customer_id) + 1 as place
    from mart.standing as this
    join core.action_in_force as action
        on action.customer_id = this.customer_id
        and action.invoice_id = ''
    left join mart.standing as other
        on other.collector = this.collector
        and other.customer_id <> this.customer_id
        and other.place is not null
        and other.money_days + other.duty_points > this.money_days + this.duty_points
    group by this.customer_id, action.family
)
select
    decided.action_id as action_id,
    decided.customer_id as customer_id,
    decided.invoice_id as invoice_id,
    customer.name as name,
    customer.collector as collector,
    decided.kind as kind,
    decided.happened_at as happened_at,
    decided.actor as actor,
    decided.reason as reason,
    force.customer_id is not null as in_force,
    standing.place as place,
    case when force.customer_id is not null then ranked.place end as place_by_score,
    cast(coalesce(owed.past_due_amount, 0) as decimal(38, 12)) as past_due_amount,
    cast(case
        when decided.happened_day + 30 <= param.as_of_day
            then greatest(coalesce(owed.past_due_amount, 0) - coalesce(owed.still_open_amount, 0), 0)
    end as decimal(38, 12)) as settled_amount
from decided
cross join raw.run_param as param
join core.customer as customer
    on customer.customer_id = decided.customer_id
left join owed
    on owed.action_id = decided.action_id
left join core.action_in_force as force
    on force.customer_id = decided.customer_id
    and force.invoice_id = decided.invoice_id
    and force.family = decided.kind
    and decided.recency = 1
left join (
    select ranked.customer_id as customer_id, min(ranked.place) as place
    from ranked
    group by ranked.customer_id
) as ranked
    on ranked.customer_id = decided.customer_id
    and decided.invoice_id = ''
left join mart.standing as standing
    on standing.customer_id = decided.customer_id

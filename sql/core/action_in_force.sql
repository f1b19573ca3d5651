-- Decisions about a customer's place on the worklist that hold on the day the books are read.
-- grain:   one row per customer_id, invoice_id ('' is all of the customer's) and family that is in force
-- formula: the latest of a family decides; it holds to the end of its last day, a skip only on its own day.
--          An account or an invoice is with legal until it is taken back; until_day is then the day of the next step
-- source:  raw.run_param, stg.action
with
decision as (
    select
        action.customer_id as customer_id,
        coalesce(action.invoice_id, '') as invoice_id,
        case action.kind
            when 'unsnooze' then 'snooze'
            when 'unpin' then 'pin'
            when 'unhold' then 'hold'
            when 'unlegal' then 'legal'
            else action.kind
        end as family,
        action.kind as kind,
        case when action.kind = 'skip' then action.happened_day else action.until_day end as until_day,
        case when action.kind = 'skip' then null else action.until_on end as until_on,
        action.reason as reason,
        action.actor as actor,
        row_number() over (
            partition by action.customer_id, coalesce(action.invoice_id, ''), case action.kind
                when 'unsnooze' then 'snooze'
                when 'unpin' then 'pin'
                when 'unhold' then 'hold'
                when 'unlegal' then 'legal'
                else action.kind
            end
            order by action.happened_second desc, action.action_id desc
        ) as recency
    from stg.action as action
    cross join raw.run_param as param
    where action.happened_day <= param.as_of_day
        and action.kind <> 'unplan'
)
select
    decision.customer_id as customer_id,
    decision.invoice_id as invoice_id,
    decision.family as family,
    decision.until_day as until_day,
    decision.until_on as until_on,
    decision.reason as reason,
    decision.actor as actor
from decision
cross join raw.run_param as param
where decision.recency = 1
    and decision.kind = decision.family
    and (decision.family = 'legal' or coalesce(decision.until_day, param.as_of_day) >= param.as_of_day)

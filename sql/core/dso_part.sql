-- Net receivables of every customer in the parts that days are counted in. The parts add up to net receivables.
-- grain:   one row per month, customer_id, entity, currency and part
-- adds:    entries, open_amount, own_amount, reporting_amount
-- formula: current + past_due + disputed_current + disputed_past_due - unapplied receipts (payment), credit memos (credit)
--          and negative invoices (invoice); a dispute holds at most what is open, and what is past due before what is not
-- source:  core.credit_span, core.dispute, core.dso_day, core.dso_rate, core.member, core.open_span
-- unit:    document currency; own_amount in reporting currency at the documents' own rates, reporting_amount at the closing rate
with
claimed as (
    select
        day.month as month,
        dispute.invoice_id as invoice_id,
        sum(dispute.amount) as amount
    from core.dispute as dispute
    join core.dso_day as day
        on dispute.opened_day <= day.end_day
        and day.end_day < dispute.resolved_day
    group by day.month, dispute.invoice_id
),
item as (
    select
        day.month as month,
        span.invoice_id as invoice_id,
        span.customer_id as customer_id,
        span.entity as entity,
        span.currency as currency,
        span.rate as rate,
        case when span.open_amount > 0 and span.due_day < day.end_day then span.open_amount else 0 end as past_due,
        case when span.open_amount > 0 and span.due_day >= day.end_day then span.open_amount else 0 end as not_due,
        case when span.open_amount < 0 then span.open_amount else 0 end as in_credit
    from core.open_span as span
    join core.dso_day as day
        on span.from_day <= day.end_day
        and day.end_day < span.to_day
),
disputed as (
    select
        item.month as month,
        item.customer_id as customer_id,
        item.entity as entity,
        item.currency as currency,
        item.rate as rate,
        greatest(least(claimed.amount, sum(item.past_due)), 0) as past_due,
        greatest(least(claimed.amount - sum(item.past_due), sum(item.not_due)), 0) as not_due
    from claimed
    join item
        on item.month = claimed.month
        and item.invoice_id = claimed.invoice_id
    group by
        item.month,
        item.invoice_id,
        item.customer_id,
        item.entity,
        item.currency,
        item.rate,
        claimed.amount
),
part as (
    select
        item.month as month,
        item.customer_id as customer_id,
        item.entity as entity,
        item.currency as currency,
        item.rate as rate,
        named.part as part,
        case named.part
            when 'past_due' then item.past_due
            when 'current' then item.not_due
            when 'invoice' then item.in_credit
        end as amount
    from item
    cross join (values ('past_due'), ('current'), ('invoice')) as named (part)
    union all
    select
        disputed.month as month,
        disputed.customer_id as customer_id,
        disputed.entity as entity,
        disputed.currency as currency,
        disputed.rate as rate,
        named.part as part,
        case named.part
            when 'past_due' then -disputed.past_due
            when 'disputed_past_due' then disputed.past_due
            when 'current' then -disputed.not_due
            when 'disputed_current' then disputed.not_due
        end as amount
    from disputed
    cross join (
        values ('past_due'), ('disputed_past_due'), ('current'), ('disputed_current')
    ) as named (part)
    union all
    select
        day.month as month,
        span.customer_id as customer_id,
        span.entity as entity,
        span.currency as currency,
        span.rate as rate,
        span.kind as part,
        -span.open_amount as amount
    from core.credit_span as span
    join core.dso_day as day
        on span.from_day <= day.end_day
        and day.end_day < span.to_day
)
select
    part.month as month,
    part.customer_id as customer_id,
    part.entity as entity,
    part.currency as currency,
    coalesce(member.member, '') as member,
    part.part as part,
    count(*) as entries,
    cast(sum(part.amount) as decimal(18, 3)) as open_amount,
    cast(sum(part.amount * part.rate) as decimal(38, 12)) as own_amount,
    cast(sum(part.amount * coalesce(closing.rate, part.rate)) as decimal(38, 12)) as reporting_amount
from part
left join core.dso_rate as closing
    on closing.month = part.month
    and closing.currency = part.currency
left join core.member as member
    on member.customer_id = part.customer_id
where part.amount <> 0
group by
    part.month,
    part.customer_id,
    part.entity,
    part.currency,
    coalesce(member.member, ''),
    part.part

-- Cash applied to invoices by the month it was received in, with the sums that averages of payment behaviour need.
-- grain:   one row per entity, currency, member, paid_month, from_month and until_month
-- adds:    entries, paid_amount, on_time_amount, late_amount, days_to_pay_amount, days_late_amount, index_amount
-- formula: PAYDEX-like index on D&B's anchors, linear between them: 100 at 30 days early, 90 at 20, 80 prompt, 70 at 15 days late,
--          60 at 22, 50 at 30, 40 at 60, 30 at 90, 20 at 120 and later
-- source:  core.instalment_settlement, core.member, core.reduction, raw.run_param
-- unit:    reporting currency at the invoice's rate; *_days amounts are currency x days, index_amount currency x 84ths of an
--          index point, in which every slope is a whole number
with
settlement as (
    select
        reduction.customer_id as customer_id,
        reduction.entity as entity,
        reduction.currency as currency,
        reduction.rate as rate,
        reduction.paid_month as paid_month,
        reduction.from_day as from_day,
        reduction.from_month as from_month,
        reduction.until_day as until_day,
        reduction.until_month as until_month,
        reduction.paid_day - reduction.issued_day as days_to_pay,
        reduction.paid_day - reduction.due_day as days_late,
        reduction.amount as amount
    from core.reduction as reduction
    where reduction.instalments = 0
        and reduction.kind = 'payment'
        and reduction.fault is null
        and reduction.from_day < reduction.until_day
    union all
    select
        share.customer_id as customer_id,
        share.entity as entity,
        share.currency as currency,
        share.rate as rate,
        share.paid_month as paid_month,
        share.from_day as from_day,
        share.from_month as from_month,
        share.until_day as until_day,
        share.until_month as until_month,
        share.paid_day - share.issued_day as days_to_pay,
        share.paid_day - share.due_day as days_late,
        share.amount as amount
    from core.instalment_settlement as share
    where share.kind = 'payment'
),
scored as (
    select
        settlement.entity as entity,
        settlement.currency as currency,
        coalesce(member.member, '') as member,
        settlement.paid_month as paid_month,
        settlement.from_month as from_month,
        case when settlement.until_day <= param.as_of_day then settlement.until_month else 119999 end as until_month,
        settlement.amount * settlement.rate as amount,
        settlement.days_to_pay as days_to_pay,
        settlement.days_late as days_late,
        case
            when settlement.days_late <= -30 then 8400
            when settlement.days_late <= -20 then 7560 - (settlement.days_late + 20) * 84
            when settlement.days_late <= 0 then 6720 - settlement.days_late * 42
            when settlement.days_late <= 15 then 6720 - settlement.days_late * 56
            when settlement.days_late <= 22 then 5880 - (settlement.days_late - 15) * 120
            when settlement.days_late <= 30 then 5040 - (settlement.days_late - 22) * 105
            when settlement.days_late <= 120 then 4200 - (settlement.days_late - 30) * 28
            when settlement.days_late > 120 then 1680
        end as index_score
    from settlement
    cross join raw.run_param as param
    left join core.member as member
        on member.customer_id = settlement.customer_id
    where settlement.from_day <= param.as_of_day
)
select
    scored.entity as entity,
    scored.currency as currency,
    scored.member as member,
    scored.paid_month as paid_month,
    scored.from_month as from_month,
    scored.until_month as until_month,
    count(*) as entries,
    cast(sum(scored.amount) as decimal(38, 12)) as paid_amount,
    cast(sum(case when scored.days_late <= 0 then scored.amount else 0 end) as decimal(38, 12)) as on_time_amount,
    cast(sum(case when scored.days_late > 0 then scored.amount else 0 end) as decimal(38, 12)) as late_amount,
    cast(sum(scored.amount * scored.days_to_pay) as decimal(38, 12)) as days_to_pay_amount,
    cast(sum(scored.amount * scored.days_late) as decimal(38, 12)) as days_late_amount,
    cast(sum(scored.amount * scored.index_score) as decimal(38, 12)) as index_amount
from scored
group by
    scored.entity,
    scored.currency,
    scored.member,
    scored.paid_month,
    scored.from_month,
    scored.until_month

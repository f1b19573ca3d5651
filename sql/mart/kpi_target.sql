-- What the company set itself to reach, and where it is.
-- grain:   one row per kpi, entity ('' for the whole company) and month up to as_of; the value is known for reported months
-- formula: gap = value - target; met = at least the target of what is better when it is more, at most that of everything else
-- source:  mart.kpi_month, raw.month, raw.run_param, stg.target
-- unit:    that of the kpi
with
goal as (
    select
        target.kpi as kpi,
        coalesce(target.entity, '') as entity,
        target.target_month as month,
        min(target.value) as target
    from stg.target as target
    join raw.run_param as param
        on target.target_month <= param.as_of_month
    group by target.kpi, coalesce(target.entity, ''), target.target_month
),
compared as (
    select
        goal.kpi as kpi,
        goal.entity as entity,
        goal.month as month,
        case when goal.month = param.as_of_month then param.as_of else month.last_on end as month_end,
        figure.currency as currency,
        goal.target as target,
        figure.value as value,
        figure.unit as unit,
        case
            when goal.kpi in (
                'sales', 'ar_turnover', 'cei', 'cei_crf_quarter', 'pct_current', 'cash_application_rate', 'paydex_like',
                'pct_paid_on_time', 'ptp_kept_rate', 'ptp_kept_value', 'forecast_accuracy', 'past_due_cash_per_fte',
                'dispute_win_rate_count', 'dispute_win_rate_value', 'deduction_recovery_rate', 'deduction_recovery_total'
            ) then figure.value - goal.target
            else goal.target - figure.value
        end as ahead
    from goal
    cross join raw.run_param as param
    join raw.month as month
        on month.month = goal.month
    left join mart.kpi_month as figure
        on figure.kpi = goal.kpi
        and figure.month = goal.month
        and figure.bucket = ''
        and figure.dimension = case when goal.entity = '' then '' else 'entity' end
        and figure.member = goal.entity
)
select
    compared.kpi as kpi,
    compared.entity as entity,
    compared.month as month,
    compared.month_end as month_end,
    compared.currency as currency,
    cast(compared.target as decimal(38, 12)) as target,
    compared.value as value,
    cast(compared.value - compared.target as decimal(38, 12)) as gap,
    case
        when compared.ahead >= 0 then 'met'
        when compared.ahead < 0 then 'missed'
        else 'undefined'
    end as status,
    compared.unit as unit
from compared

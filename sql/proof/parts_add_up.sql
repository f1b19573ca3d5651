-- Net receivables by dimension against the whole, on the day the books are read.
-- grain:  one row per dimension; compared counts the amounts of all months and KPIs that were compared
-- source: mart.kpi_month, raw.run_param
-- unit:   reporting currency
with
part as (
    select
        figure.dimension as dimension,
        figure.currency as currency,
        count(*) as compared,
        sum(case when figure.kpi = 'ar_net' and figure.month = param.as_of_month then figure.value else 0 end) as amount
    from mart.kpi_month as figure
    cross join raw.run_param as param
    where figure.unit = 'amount'
        and figure.kpi not in ('dso_countback_unexhausted', 'past_due_cash_per_fte', 'ecl')
        and figure.dimension <> ''
    group by figure.dimension, figure.currency
)
select
    'by ' || part.dimension as part,
    part.currency as currency,
    part.compared as compared,
    'net receivables of all parts' as left_side,
    part.amount as left_amount,
    'net receivables' as right_side,
    total.value as right_amount
from part
cross join raw.run_param as param
join mart.kpi_month as total
    on total.kpi = 'ar_net'
    and total.dimension = ''
    and total.month = param.as_of_month
order by part

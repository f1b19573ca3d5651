-- Amounts by every dimension that was computed add up to the whole, in every month.
-- severity: error
-- source:   mart.kpi_month
with
part as (
    select figure.kpi as kpi, figure.month as month, figure.bucket as bucket, figure.dimension as dimension, sum(figure.value) as value
    from mart.kpi_month as figure
    where figure.unit = 'amount'
        and figure.kpi not in ('dso_countback_unexhausted', 'past_due_cash_per_fte', 'ecl')
        and figure.dimension <> ''
    group by figure.kpi, figure.month, figure.bucket, figure.dimension
)
select part.kpi as kpi, part.month as month, part.bucket as bucket, part.dimension as dimension, part.value as parts, total.value as whole
from part
join mart.kpi_month as total
    on total.kpi = part.kpi
    and total.month = part.month
    and total.bucket = part.bucket
    and total.dimension = ''
where part.value <> total.value

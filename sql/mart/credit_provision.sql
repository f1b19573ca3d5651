-- The provision matrix of IFRS 9's simplified approach: exposure by age, the share lost in the company's own history, and the share the
-- configuration names.
-- grain:   one row per aging bucket by due date
-- formula: own rate = lost / reached the bucket; provision = max(exposure, 0) x rate, with the rate unrounded
-- source:  core.credit_reached, mart.aging, raw.provision_rate
-- unit:    reporting currency; rates as shares; NULL where nothing ever reached the bucket, or no rate is configured
with
open as (
    select aging.bucket as bucket, sum(aging.reporting_amount) as amount
    from mart.aging as aging
    where aging.basis = 'due'
    group by aging.bucket
),
rated as (
    select
        step.bucket as bucket,
        step.place as place,
        greatest(coalesce(open.amount, 0), 0) as exposure_amount,
        reached.invoices as invoices,
        reached.reached_amount as reached_amount,
        reached.lost_amount as lost_amount,
        cast(reached.lost_amount * 1e0 / nullif(reached.reached_amount, 0) as double precision) as own_rate,
        configured.rate as configured_rate
    from (
        values
        ('current', 1),
        ('1-30', 2),
        ('31-60', 3),
        ('61-90', 4),
        ('91+', 5)
    ) as step (bucket, place)
    left join open
        on open.bucket = step.bucket
    left join core.credit_reached as reached
        on reached.bucket = step.bucket
    left join raw.provision_rate as configured
        on configured.bucket = step.bucket
)
select
    rated.bucket as bucket,
    cast(rated.place as bigint) as bucket_order,
    cast(rated.exposure_amount as decimal(38, 12)) as exposure_amount,
    rated.invoices as invoices,
    rated.reached_amount as reached_amount,
    rated.lost_amount as lost_amount,
    cast(rated.own_rate as decimal(18, 9)) as own_rate,
    cast(rated.exposure_amount * rated.own_rate as decimal(18, 6)) as own_provision,
    cast(rated.configured_rate as decimal(18, 9)) as configured_rate,
    cast(rated.exposure_amount * (rated.configured_rate * 1e0) as decimal(18, 6)) as configured_provision
from rated

-- Which figures of closed months are not what an earlier run said of them, and by how much. Nothing is ever taken off this list.
-- grain:   one row per run_id, kpi, month, dimension, member and bucket
-- formula: change = after - before, for months that were closed in both runs; an amount that was not there was 0; a
--          difference below a billionth is the rounding of a division, not a restatement
-- source:  mart.closing, raw.closing, raw.previous_run, raw.restatement, raw.run_param
-- unit:    as unit says; amounts in the reporting currency; cause is rows, models or settings, or several of them
with
closed as (
    select this.month as month, min(this.month_end) as month_end
    from mart.closing as this
    join raw.closing as earlier
        on earlier.month = this.month
    group by this.month
),
compared as (
    select
        coalesce(this.month, earlier.month) as month,
        coalesce(this.kpi, earlier.kpi) as kpi,
        coalesce(this.bucket, earlier.bucket) as bucket,
        coalesce(this.dimension, earlier.dimension) as dimension,
        coalesce(this.member, earlier.member) as member,
        coalesce(this.unit, earlier.unit) as unit,
        coalesce(this.currency, earlier.currency) as currency,
        case when coalesce(this.unit, earlier.unit) = 'amount' then coalesce(earlier.value, 0) else earlier.value end as before,
        case when coalesce(this.unit, earlier.unit) = 'amount' then coalesce(this.value, 0) else this.value end as after
    from mart.closing as this
    full join raw.closing as earlier
        on earlier.month = this.month
        and earlier.kpi = this.kpi
        and earlier.bucket = this.bucket
        and earlier.dimension = this.dimension
        and earlier.member = this.member
)
select
    param.run_id as run_id,
    previous.run_id as previous_run_id,
    param.known_at as known_at,
    previous.cause as cause,
    compared.month as month,
    closed.month_end as month_end,
    compared.kpi as kpi,
    compared.bucket as bucket,
    compared.dimension as dimension,
    compared.member as member,
    compared.unit as unit,
    compared.currency as currency,
    cast(compared.before as decimal(38, 12)) as before,
    cast(compared.after as decimal(38, 12)) as after,
    cast(compared.after - compared.before as decimal(38, 12)) as change
from compared
join closed
    on closed.month = compared.month
cross join raw.previous_run as previous
cross join raw.run_param as param
where abs(compared.after - compared.before) >= 0.000000001
    or compared.before is null and compared.after is not null
    or compared.before is not null and compared.after is null
union all
select
    earlier.run_id as run_id,
    earlier.previous_run_id as previous_run_id,
    earlier.known_at as known_at,
    earlier.cause as cause,
    earlier.month as month,
    earlier.month_end as month_end,
    earlier.kpi as kpi,
    earlier.bucket as bucket,
    earlier.dimension as dimension,
    earlier.member as member,
    earlier.unit as unit,
    earlier.currency as currency,
    earlier.before as before,
    earlier.after as after,
    earlier.change as change
from raw.restatement as earlier

-- The promises of each customer: open until its day and grace have passed, then kept or broken.
-- grain:   one row per promise_id; place 1 is the newest
-- source:  core.promise_kept, raw.run_param, raw.setting, stg.promise
-- unit:    document currency
select
    promise.customer_id as customer_id,
    row_number() over (
        partition by promise.customer_id
        order by promise.made_day desc, promise.promise_id
    ) as place,
    promise.promise_id as promise_id,
    promise.invoice_id as invoice_id,
    promise.made_on as made_on,
    promise.due_on as due_on,
    promise.currency as currency,
    promise.amount as amount,
    kept.received as received,
    case
        when kept.promise_id is null then 'open'
        when kept.received >= promise.amount * setting.promise_share then 'kept'
        else 'broken'
    end as state
from stg.promise as promise
cross join raw.run_param as param
cross join raw.setting as setting
left join core.promise_kept as kept
    on kept.promise_id = promise.promise_id
where promise.made_day <= param.as_of_day
order by promise.customer_id, place

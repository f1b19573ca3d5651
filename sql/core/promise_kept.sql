-- What was received on each promise. A unit of cash keeps one promise: each takes, in order, what earlier ones left.
-- A promise on an invoice is kept by cash applied to it, one without by any receipt of the customer.
-- grain:   one row per promise_id
-- formula: received from the day it was made to its due day and grace, by receipt date; reversed receipts do not count
-- source:  core.promise, core.promise_cash
-- unit:    document currency
with recursive
taken (customer_id, currency, source_id, invoice_id, received_day, place, remaining, used) as (
    select
        cash.customer_id as customer_id,
        cash.currency as currency,
        cash.source_id as source_id,
        cash.invoice_id as invoice_id,
        cash.received_day as received_day,
        cast(0 as bigint) as place,
        cash.amount as remaining,
        cast(0 as decimal(18, 3)) as used
    from core.promise_cash as cash
    union all
    select
        stepped.customer_id as customer_id,
        stepped.currency as currency,
        stepped.source_id as source_id,
        stepped.invoice_id as invoice_id,
        stepped.received_day as received_day,
        stepped.place as place,
        cast(stepped.remaining - stepped.used as decimal(18, 3)) as remaining,
        cast(stepped.used as decimal(18, 3)) as used
    from (
        select
            fitting.customer_id as customer_id,
            fitting.currency as currency,
            fitting.source_id as source_id,
            fitting.invoice_id as invoice_id,
            fitting.received_day as received_day,
            fitting.place as place,
            fitting.remaining as remaining,
            least(
                fitting.eligible,
                greatest(
                    fitting.promised - coalesce(sum(fitting.eligible) over (
                        partition by fitting.customer_id, fitting.currency
                        order by fitting.received_day, fitting.source_id, fitting.invoice_id
                        rows between unbounded preceding and 1 preceding
                    ), 0),
                    0
                )
            ) as used
        from (
            select
                taken.customer_id as customer_id,
                taken.currency as currency,
                taken.source_id as source_id,
                taken.invoice_id as invoice_id,
                taken.received_day as received_day,
                promise.place as place,
                taken.remaining as remaining,
                promise.amount as promised,
                case
                    when taken.received_day between promise.made_day and promise.last_day
                        and (promise.invoice_id is null or promise.invoice_id = taken.invoice_id)
                        then taken.remaining
                    else 0
                end as eligible
            from taken
            join core.promise as promise
                on promise.customer_id = taken.customer_id
                and promise.currency = taken.currency
                and promise.place = taken.place + 1
        ) as fitting
    ) as stepped
)
select
    promise.promise_id as promise_id,
    promise.customer_id as customer_id,
    promise.entity as entity,
    promise.currency as currency,
    promise.made_day as made_day,
    promise.last_day as last_day,
    promise.amount as amount,
    cast(coalesce(sum(taken.used), 0) as decimal(18, 3)) as received
from core.promise as promise
left join taken
    on taken.customer_id = promise.customer_id
    and taken.currency = promise.currency
    and taken.place = promise.place
group by
    promise.promise_id,
    promise.customer_id,
    promise.entity,
    promise.currency,
    promise.made_day,
    promise.last_day,
    promise.amount

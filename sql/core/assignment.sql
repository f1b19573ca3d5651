-- Who calls a customer instead of the collector of master data. Like master data it is today's, whatever day the books are read.
-- grain:   one row per customer_id that is given to somebody
-- formula: the last entry decides; one without a collector gives the customer back
-- source:  stg.assignment
with
decided as (
    select
        assignment.customer_id as customer_id,
        assignment.collector as collector,
        assignment.happened_at as happened_at,
        assignment.actor as actor,
        assignment.reason as reason,
        row_number() over (
            partition by assignment.customer_id
            order by assignment.happened_second desc, assignment.assignment_id desc
        ) as recency
    from stg.assignment as assignment
)
select
    decided.customer_id as customer_id,
    decided.collector as collector,
    decided.happened_at as happened_at,
    decided.actor as actor,
    decided.reason as reason
from decided
where decided.recency = 1
    and decided.collector is not null

-- What is still open of the invoices under dispute, up to the amount disputed.
-- grain:  one row per reason
-- source: mart.dispute, mart.run
-- unit:   reporting currency
select
    run.reporting_currency as currency,
    coalesce(nullif(dispute.reason, ''), 'unknown') as reason,
    sum(dispute.open_reporting_amount) as value
from mart.dispute as dispute
cross join mart.run as run
where dispute.open
group by run.reporting_currency, coalesce(nullif(dispute.reason, ''), 'unknown')
order by sum(dispute.open_reporting_amount) desc, coalesce(nullif(dispute.reason, ''), 'unknown')

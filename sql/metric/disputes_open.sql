-- Disputes that are not resolved.
-- grain:  one row per reason
-- source: mart.dispute
-- unit:   disputes
select coalesce(nullif(dispute.reason, ''), 'unknown') as reason, count(*) as value
from mart.dispute as dispute
where dispute.open
group by coalesce(nullif(dispute.reason, ''), 'unknown')
order by count(*) desc, coalesce(nullif(dispute.reason, ''), 'unknown')

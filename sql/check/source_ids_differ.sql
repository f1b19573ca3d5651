-- No payment and no credit share an id: an application could not say which of them it means.
-- severity: error
-- source:   core.source
select source.source_id as source_id, count(*) as documents
from core.source as source
group by source.source_id
having count(*) > 1

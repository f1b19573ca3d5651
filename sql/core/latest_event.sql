-- The newest day on which anything happened, for an as_of of "latest". Due days and forecasts lie ahead and are no events.
-- grain:  one row
-- source: core.dispute, core.invoice, core.reduction, core.source
with
event as (
    select max(invoice.issued_day) as day from core.invoice as invoice
    union all
    select max(invoice.void_day) as day from core.invoice as invoice where invoice.void_day < 2932896
    union all
    select max(invoice.cleared_day) as day from core.invoice as invoice where invoice.cleared_day < 2932896
    union all
    select max(source.dated_day) as day from core.source as source
    union all
    select max(source.until_day) as day from core.source as source where source.until_day < 2932896
    union all
    select max(reduction.from_day) as day from core.reduction as reduction where reduction.fault is null
    union all
    select max(dispute.opened_day) as day from core.dispute as dispute
    union all
    select max(dispute.resolved_day) as day from core.dispute as dispute where dispute.resolved_day < 2932896
)
select max(event.day) as day
from event

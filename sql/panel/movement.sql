-- How open receivables moved from one month end to the next.
-- grain:   one row per month and entity
-- formula: opening + billed - voided - received + reversed - credited - discounted - written_off - cleared + transferred + fx = closing
-- source:  mart.movement
-- unit:    reporting currency
select
    month, month_end, entity, opening, billed, voided, received, reversed, credited, discounted, written_off, cleared,
    transferred, fx, closing
from mart.movement
order by month, entity

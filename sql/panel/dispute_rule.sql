-- How often each discrepancy rule hits, what that is worth, and how disputes it supported ended.
-- grain:   one row per rule
-- source:  mart.discrepancy_rule
-- unit:    hits; reporting currency; percent of the decided hits
select
    known.rule as rule,
    known.hits as hits,
    known.undecidable as undecidable,
    known.amount as amount,
    known.disputed as disputed,
    known.decided as decided,
    known.upheld as upheld,
    known.upheld_percent as upheld_percent
from mart.discrepancy_rule as known
order by known.amount desc, known.rule

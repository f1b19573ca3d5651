-- Which segment each customer is in, and how it is treated.
-- grain:   one row per customer_id
-- formula: the first segment of the configuration whose condition the customer meets, '' where it meets none; the language of letters is
--          the customer's own, or else the segment's
-- source:  core.customer_fact, raw.worklist_rule, raw.worklist_segment, rule.member
-- unit:    minutes a day at most that a collector gives to the segment; NULL: no bound of its own
select
    fact.customer_id as customer_id,
    coalesce(member.segment, '') as segment,
    coalesce(segment.strategy, rule.strategy) as strategy,
    segment.minutes as minutes,
    coalesce(fact.language, segment.language) as language,
    segment.tone as tone
from core.customer_fact as fact
cross join raw.worklist_rule as rule
left join rule.member as member
    on member.customer_id = fact.customer_id
left join raw.worklist_segment as segment
    on segment.segment = member.segment

-- What is known of each customer with open items, and the points it adds to their scores: the customer's share of the score, in parts.
-- grain:   one row per customer_id and feature
-- formula: core.score_customer adds the same points up by a different path; the check score_adds_up compares the two
-- source:  core.risk_history, score.feature, score.point
-- unit:    points, above 0 where they raise the score
select
    history.customer_id as customer_id,
    feature.feature as feature,
    feature.title as title,
    point.level as level,
    point.points as points,
    point.words as words
from core.risk_history as history
cross join score.feature as feature
join score.point as point
    on point.feature = feature.feature
    and point.level = case feature.feature
        when 'late_percent' then history.late_percent
        when 'late_percent_recent' then history.late_percent_recent
        when 'days_late' then least(greatest(history.days_late, -30), 120)
        when 'days_late_recent' then least(greatest(history.days_late_recent, -30), 120)
        when 'days_late_last' then least(greatest(history.days_late_last, -30), 120)
        when 'overdue_items' then history.overdue_items
        when 'overdue_percent' then history.overdue_percent
        when 'open_items' then history.open_items
        when 'open_days' then history.open_days
        when 'disputed_percent' then history.disputed_percent
        when 'short_percent' then history.short_percent
        when 'broken_promises' then history.broken_promises
        when 'paid_items' then history.paid_items
        when 'related_months' then history.related_months
    end
where history.invoice_id = ''
    and not feature.of_item

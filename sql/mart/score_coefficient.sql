-- What was learnt of each feature, before it was turned into points.
-- grain:  one row per feature and term: a feature whose points may bend has several
-- source: score.coefficient, score.feature
-- unit:   log odds and days per standard deviation (spread) of the term; 0 where it is always the same, or not used
select
    coefficient.feature as feature,
    coefficient.term as term,
    feature.title as title,
    feature.of_item as of_item,
    coefficient.mean as mean,
    coefficient.spread as spread,
    coefficient.late as late,
    coefficient.late_30 as late_30,
    coefficient.days as days
from score.coefficient as coefficient
join score.feature as feature
    on feature.feature = coefficient.feature

-- Why DSO changed since the month-end before and since the month-end a year before, in days that add up to the change.
-- grain:   one row per from_month, dimension, member and step, where DSO is defined on both days
-- formula: at the rates of the first day: terms = what customers were billed now at their terms of then, against their terms of now;
--          mix = terms of then, weighed by billings of now against those of then; billing = not yet due, less terms;
--          lateness = past due and not disputed; disputes = past due and disputed; unapplied_cash; credits = credit memos and
--          negative invoices; each as amount x days of the window / sales. fx = DSO less DSO at the rates of the first day
-- source:  core.dso_day, core.dso_part, core.dso_rate, core.dso_sale, core.dso_scope
-- unit:    days
with
side as (
    select
        opening.month as from_month,
        opening.month as month,
        'from' as side,
        opening.window_days as window_days
    from core.dso_day as opening
    where opening.months_back > 0
    union all
    select
        opening.month as from_month,
        closing.month as month,
        'to' as side,
        closing.window_days as window_days
    from core.dso_day as opening
    join core.dso_day as closing
        on closing.months_back = 0
    where opening.months_back > 0
),
fixed as (
    select
        side.from_month as from_month,
        closing.currency as currency,
        coalesce(opening.rate, closing.rate) as rate
    from side
    join core.dso_rate as closing
        on closing.month = side.month
    left join core.dso_rate as opening
        on opening.month = side.from_month
        and opening.currency = closing.currency
    where side.side = 'to'
),
stock as (
    select
        side.from_month as from_month,
        side.side as side,
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        part.part as part,
        part.reporting_amount as reporting_amount,
        coalesce(part.open_amount * fixed.rate, part.own_amount) as amount
    from side
    join core.dso_part as part
        on part.month = side.month
    join core.dso_scope as scope
        on scope.entity = part.entity
        and scope.currency = part.currency
        and scope.member = part.member
    left join fixed
        on fixed.from_month = side.from_month
        and fixed.currency = part.currency
),
owed as (
    select
        stock.from_month as from_month,
        stock.side as side,
        stock.dimension as dimension,
        stock.scope_member as scope_member,
        sum(stock.reporting_amount) as net,
        sum(stock.amount) as fixed_net,
        sum(case when stock.part in ('current', 'disputed_current') then stock.amount else 0 end) as not_due,
        sum(case when stock.part = 'past_due' then stock.amount else 0 end) as late,
        sum(case when stock.part = 'disputed_past_due' then stock.amount else 0 end) as disputed,
        sum(case when stock.part = 'payment' then stock.amount else 0 end) as unapplied,
        sum(case when stock.part in ('credit', 'invoice') then stock.amount else 0 end) as credits
    from stock
    group by stock.from_month, stock.side, stock.dimension, stock.scope_member
),
billing as (
    select
        side.from_month as from_month,
        side.side as side,
        side.window_days as window_days,
        sale.customer_id as customer_id,
        sale.entity as entity,
        sale.currency as currency,
        sale.member as member,
        sale.own_sales as own_sales,
        coalesce(sale.sales * fixed.rate, sale.own_sales) as sales,
        coalesce(sale.billed * fixed.rate, sale.own_billed) as billed,
        coalesce(sale.terms * fixed.rate, sale.own_terms) as terms
    from side
    join core.dso_sale as sale
        on sale.month = side.month
    left join fixed
        on fixed.from_month = side.from_month
        and fixed.currency = sale.currency
),
sold as (
    select
        billing.from_month as from_month,
        billing.side as side,
        billing.window_days as window_days,
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        min(scope.scope_entity) as entity,
        sum(billing.own_sales) as own_sales,
        sum(billing.sales) as sales,
        sum(billing.billed) as billed,
        sum(billing.terms) as terms,
        sum(case
            when billing.billed > 0 and opening.billed > 0
                then cast(billing.billed * 1e0 * opening.terms / nullif(opening.billed, 0) as decimal(38, 12))
            else billing.terms
        end) as terms_of_then
    from billing
    join core.dso_scope as scope
        on scope.entity = billing.entity
        and scope.currency = billing.currency
        and scope.member = billing.member
    left join billing as opening
        on opening.side = 'from'
        and opening.from_month = billing.from_month
        and opening.customer_id = billing.customer_id
        and opening.entity = billing.entity
        and opening.currency = billing.currency
    group by billing.from_month, billing.side, billing.window_days, scope.dimension, scope.scope_member
),
counted as (
    select
        sold.from_month as from_month,
        sold.side as side,
        sold.dimension as dimension,
        sold.scope_member as scope_member,
        sold.entity as entity,
        coalesce(owed.net, 0) * 1e0 * sold.window_days / nullif(sold.own_sales, 0) as dso,
        coalesce(owed.fixed_net, 0) * 1e0 * sold.window_days / nullif(sold.sales, 0) as fixed_dso,
        coalesce(owed.not_due, 0) * 1e0 * sold.window_days / nullif(sold.sales, 0) as not_due,
        coalesce(owed.late, 0) * 1e0 * sold.window_days / nullif(sold.sales, 0) as late,
        coalesce(owed.disputed, 0) * 1e0 * sold.window_days / nullif(sold.sales, 0) as disputed,
        coalesce(owed.unapplied, 0) * 1e0 * sold.window_days / nullif(sold.sales, 0) as unapplied,
        coalesce(owed.credits, 0) * 1e0 * sold.window_days / nullif(sold.sales, 0) as credits,
        sold.terms * 1e0 / nullif(sold.billed, 0) as terms,
        sold.terms_of_then * 1e0 / nullif(sold.billed, 0) as terms_of_then
    from sold
    left join owed
        on owed.from_month = sold.from_month
        and owed.side = sold.side
        and owed.dimension = sold.dimension
        and owed.scope_member = sold.scope_member
),
compared as (
    select
        opening.from_month as from_month,
        opening.dimension as dimension,
        opening.scope_member as scope_member,
        case when opening.entity = closing.entity then opening.entity else '*' end as entity,
        opening.dso as from_dso,
        closing.dso as to_dso,
        coalesce(case when opening.terms is not null then closing.terms - closing.terms_of_then end, 0) as terms,
        coalesce(closing.terms_of_then - opening.terms, 0) as mix,
        closing.not_due - opening.not_due as not_due,
        closing.late - opening.late as lateness,
        closing.disputed - opening.disputed as disputes,
        closing.unapplied - opening.unapplied as unapplied_cash,
        closing.credits - opening.credits as credits,
        closing.dso - closing.fixed_dso - opening.dso + opening.fixed_dso as fx
    from counted as opening
    join counted as closing
        on closing.side = 'to'
        and closing.from_month = opening.from_month
        and closing.dimension = opening.dimension
        and closing.scope_member = opening.scope_member
    where opening.side = 'from'
        and opening.dso is not null
        and closing.dso is not null
        and opening.fixed_dso is not null
        and closing.fixed_dso is not null
)
select
    compared.from_month as from_month,
    opening.end_on as from_month_end,
    closing.month as to_month,
    closing.end_on as to_month_end,
    compared.entity as entity,
    compared.dimension as dimension,
    compared.scope_member as member,
    named.step as step,
    cast(named.step_order as bigint) as step_order,
    cast(case named.step
        when 'terms' then compared.terms
        when 'mix' then compared.mix
        when 'billing' then compared.not_due - compared.terms - compared.mix
        when 'lateness' then compared.lateness
        when 'disputes' then compared.disputes
        when 'unapplied_cash' then compared.unapplied_cash
        when 'credits' then compared.credits
        when 'fx' then compared.fx
    end as decimal(38, 12)) as days,
    cast(compared.from_dso as decimal(38, 12)) as from_dso,
    cast(compared.to_dso as decimal(38, 12)) as to_dso
from compared
join core.dso_day as opening
    on opening.month = compared.from_month
join core.dso_day as closing
    on closing.months_back = 0
cross join (
    values
    ('terms', 1),
    ('mix', 2),
    ('billing', 3),
    ('lateness', 4),
    ('disputes', 5),
    ('unapplied_cash', 6),
    ('credits', 7),
    ('fx', 8)
) as named (step, step_order)

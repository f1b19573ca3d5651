-- What DSO would be on the day the books are read without what people argue about in it.
-- grain:   one row per dimension, member and variant
-- formula: net receivables x days of the window / sales, where dso is the figure itself; without_largest_customer leaves out the receivables and the
--          sales of the parent who owes most; fixed_rates values open amounts at their documents' own rates
-- source:  core.customer, core.dso_day, core.dso_part, core.dso_sale, core.dso_scope
-- unit:    days; reporting currency
with
owing as (
    select
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        customer.parent_id as parent_id,
        sum(part.reporting_amount) as net,
        sum(part.own_amount) as own_net,
        sum(case when part.part in ('disputed_current', 'disputed_past_due') then part.reporting_amount else 0 end) as disputed,
        sum(case when part.part = 'payment' then -part.reporting_amount else 0 end) as unapplied
    from core.dso_part as part
    join core.dso_day as day
        on day.month = part.month
        and day.months_back = 0
    join core.customer as customer
        on customer.customer_id = part.customer_id
    join core.dso_scope as scope
        on scope.entity = part.entity
        and scope.currency = part.currency
        and scope.member = part.member
    group by scope.dimension, scope.scope_member, customer.parent_id
),
buying as (
    select
        scope.dimension as dimension,
        scope.scope_member as scope_member,
        scope.scope_entity as entity,
        customer.parent_id as parent_id,
        day.window_days as window_days,
        sum(sale.own_sales) as sales
    from core.dso_sale as sale
    join core.dso_day as day
        on day.month = sale.month
        and day.months_back = 0
    join core.customer as customer
        on customer.customer_id = sale.customer_id
    join core.dso_scope as scope
        on scope.entity = sale.entity
        and scope.currency = sale.currency
        and scope.member = sale.member
    group by scope.dimension, scope.scope_member, scope.scope_entity, customer.parent_id, day.window_days
),
placed as (
    select
        owing.dimension as dimension,
        owing.scope_member as scope_member,
        owing.parent_id as parent_id,
        owing.net as net,
        row_number() over (
            partition by owing.dimension, owing.scope_member order by owing.net desc, owing.parent_id
        ) as place
    from owing
),
owed as (
    select
        owing.dimension as dimension,
        owing.scope_member as scope_member,
        sum(owing.net) as net,
        sum(owing.own_net) as own_net,
        sum(owing.disputed) as disputed,
        sum(owing.unapplied) as unapplied
    from owing
    group by owing.dimension, owing.scope_member
),
sold as (
    select
        buying.dimension as dimension,
        buying.scope_member as scope_member,
        buying.entity as entity,
        buying.window_days as window_days,
        sum(buying.sales) as sales
    from buying
    group by buying.dimension, buying.scope_member, buying.entity, buying.window_days
),
varied as (
    select
        sold.dimension as dimension,
        sold.scope_member as scope_member,
        sold.entity as entity,
        sold.window_days as window_days,
        named.variant as variant,
        named.variant_order as variant_order,
        case when named.variant = 'without_largest_customer' then largest.parent_id end as left_out,
        coalesce(owed.net, 0) as net,
        sold.sales as sales,
        case named.variant
            when 'dso' then coalesce(owed.net, 0)
            when 'without_disputed' then coalesce(owed.net - owed.disputed, 0)
            when 'without_unapplied_cash' then coalesce(owed.net + owed.unapplied, 0)
            when 'without_largest_customer' then coalesce(owed.net - largest.net, 0)
            when 'fixed_rates' then coalesce(owed.own_net, 0)
        end as varied_net,
        case
            when named.variant = 'without_largest_customer' then sold.sales - coalesce(bought.sales, 0)
            else sold.sales
        end as varied_sales
    from sold
    left join owed
        on owed.dimension = sold.dimension
        and owed.scope_member = sold.scope_member
    left join placed as largest
        on largest.dimension = sold.dimension
        and largest.scope_member = sold.scope_member
        and largest.place = 1
    left join buying as bought
        on bought.dimension = largest.dimension
        and bought.scope_member = largest.scope_member
        and bought.parent_id = largest.parent_id
    cross join (
        values
        ('dso', 1),
        ('without_disputed', 2),
        ('without_unapplied_cash', 3),
        ('without_largest_customer', 4),
        ('fixed_rates', 5)
    ) as named (variant, variant_order)
),
counted as (
    select
        varied.dimension as dimension,
        varied.scope_member as scope_member,
        varied.entity as entity,
        varied.variant as variant,
        varied.variant_order as variant_order,
        varied.left_out as left_out,
        varied.varied_net as net,
        varied.varied_sales as sales,
        varied.window_days as window_days,
        varied.varied_net * 1e0 * varied.window_days / nullif(varied.varied_sales, 0) as days,
        varied.net * 1e0 * varied.window_days / nullif(varied.sales, 0) as dso
    from varied
)
select
    counted.entity as entity,
    counted.dimension as dimension,
    counted.scope_member as member,
    counted.variant as variant,
    cast(counted.variant_order as bigint) as variant_order,
    counted.left_out as left_out,
    cast(counted.net as decimal(38, 12)) as net_amount,
    cast(counted.sales as decimal(38, 12)) as sales_amount,
    counted.window_days as window_days,
    cast(counted.days as decimal(38, 12)) as days,
    cast(counted.days - counted.dso as decimal(38, 12)) as change
from counted

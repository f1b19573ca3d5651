-- Expected credit loss by the provision matrix: exposure of each aging bucket times the share expected to be lost.
-- grain:   one row per month, dimension and scope_member; none where no rates are configured
-- formula: sum of max(gross exposure of the bucket, 0) x rate (IFRS 9, simplified approach)
-- source:  core.scope_balance, raw.provision_rate
-- unit:    reporting currency
select
    balance.month as month,
    balance.dimension as dimension,
    balance.scope_member as scope_member,
    sum(cast(case provision.bucket
        when 'current' then balance.due_current
        when '1-30' then balance.due_30
        when '31-60' then balance.due_60
        when '61-90' then balance.due_90
        when '91+' then balance.due_over
    end * (provision.rate * 1e0) as decimal(38, 12))) as amount
from core.scope_balance as balance
cross join raw.provision_rate as provision
group by balance.month, balance.dimension, balance.scope_member

-- Why customers who owe something are not to be called: what is against their account, or else a quiet day.
-- It stands apart from core.account because the conditions of quiet days may ask for what that says.
-- grain:   one row per customer_id with an open item; reason NULL is listed
-- source:  core.account, core.quiet
select
    account.customer_id as customer_id,
    case
        when account.reason is null and quiet.customer_id is not null then 'quiet_days'
        else account.reason
    end as reason,
    case
        when account.reason is null then quiet.until_on
        else account.until_on
    end as until_on
from core.account as account
left join core.quiet as quiet
    on quiet.customer_id = account.customer_id

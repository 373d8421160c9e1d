-- is: Families whose programmes are valued by another method in the base year than at the horizon.
-- grain: company_id, family_id
with chosen as (
    select
        r.period_role, r.company_id, r.family_id, r.programme_id, r.method,
        coalesce(r.via_company_id, r.company_id) as stated_company_id
    from core.programme_revenue as r
    where r.chosen and r.programme_revenue_usd > 0 and r.period_role <> 'prior'
),

stated as (
    select c.period_role, c.company_id, c.family_id, s.programme_id
    from chosen as c
    inner join core.disclosed as d
        on
            d.company_id = c.stated_company_id and d.family_id = c.family_id and d.method = c.method
            and d.period_role = c.period_role
    inner join core.scope_programme as s on s.scope_id = d.scope_id
    where c.method <> 'bottom_up'
)

select distinct s.company_id, s.family_id
from stated as s
inner join chosen as c
    on
        c.company_id = s.company_id and c.family_id = s.family_id and c.programme_id = s.programme_id
        and c.method = 'bottom_up' and c.period_role <> s.period_role

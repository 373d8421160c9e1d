-- Tiers of the units, content and share of each bottom-up term that counts.
with term as (
    select
        x.input,
        case when x.basis in ('role', 'market') then x.basis else x.tier end as tier
    from mart.programme_revenue as r
    inner join mart.factors as f on f.company_id = r.company_id
    cross join lateral (
        select
            unnest(['units', 'content', 'share']) as input,
            unnest([r.units_tier, r.content_tier, r.share_tier]) as tier,
            unnest([null, null, r.share_basis]) as basis
    ) as x
    where r.chosen and r.period_role = 'horizon' and r.method = 'bottom_up' and r.programme_revenue_usd > 0
)

select
    t.input as "input",
    count(*) filter (where t.tier = 'disclosed') as "disclosed",
    count(*) filter (where t.tier = 'reported') as "reported",
    count(*) filter (where t.tier = 'estimate') as "estimate",
    count(*) filter (where t.tier = 'rumour') as "rumour",
    count(*) filter (where t.tier = 'assumption') as "assumption",
    count(*) filter (where t.tier = 'market') as "market share",
    count(*) filter (where t.tier = 'role') as "role"
from term as t
group by t.input
order by case t.input when 'units' then 1 when 'content' then 2 else 3 end

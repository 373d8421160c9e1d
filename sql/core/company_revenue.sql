-- is: A company's sales in each of the three years, in dollars, by the best basis that is known for the year.
-- grain: period_role, company_id
with pooled as (
    select p.* from core.pooled as p where p.kind = 'revenue' and p.base is not null
),

candidate as (
    select
        p.period_role, p.company_id, p.base as revenue_usd, p.low as revenue_usd_low, p.high as revenue_usd_high,
        p.tier, p.tier_rank, p.origins, p.fact_ids,
        case p.measure when 'actual' then 'reported' else p.measure end as revenue_basis,
        case p.measure when 'actual' then 1 when 'forecast' then 2 else 3 end as preference,
        [p.node_id] as children
    from pooled as p
    where p.measure in ('actual', 'forecast') or (p.measure = 'trailing' and p.period_role <> 'horizon')
    union all
    select
        t.period_role, r.company_id, r.trailing_revenue_usd as revenue_usd,
        r.trailing_revenue_usd * (1 - tier.default_spread) as revenue_usd_low,
        r.trailing_revenue_usd * (1 + tier.default_spread) as revenue_usd_high,
        r.tier, tier.rank as tier_rank, 1 as origins, [r.fact_id] as fact_ids,
        case when r.period_end >= t.year_start then 'fiscal_year' else 'stale' end as revenue_basis,
        case when r.period_end >= t.year_start then 4 else 6 end as preference,
        [r.node_id] as children
    from core.trailing_revenue as r
    inner join raw.tiers as tier on tier.tier = r.tier
    cross join core.year as t
    where t.period_role = 'base' and r.period_end <= t.year_end
    union all
    -- The reported part of the base year at its pace, where nothing closer to the whole year is known.
    select
        r.period_role, r.company_id, r.revenue_usd, r.revenue_usd_low, r.revenue_usd_high,
        r.tier, tier.rank as tier_rank, 1 as origins,
        list_sort(list_concat(
            coalesce(r.fact_ids, []), list_filter([r.fx_fact_id], lambda x: x is not null)
        )) as fact_ids,
        'run-rate' as revenue_basis, 5 as preference, [r.node_id] as children
    from core.run_rate as r
    inner join raw.tiers as tier on tier.tier = r.tier
    where r.period_role = 'base' and r.revenue_usd is not null
),

preferred as (
    select c.*, row_number() over (partition by c.period_role, c.company_id order by c.preference) as place
    from candidate as c
),

stated as (
    select p.* from preferred as p where p.place = 1
),

grown as (
    select
        g.company_id, b.revenue_usd * (1 + g.base) as revenue_usd, g.tier, g.tier_rank, g.origins,
        list_sort(list_concat(coalesce(g.fact_ids, []), coalesce(b.fact_ids, []))) as fact_ids,
        [b.children[1], concat_ws('/', 'grown', g.company_id, g.year)] as children, g.node_id as growth_node_id,
        sqrt(
            power(ln(b.revenue_usd / nullif(b.revenue_usd_low, 0)), 2)
            + power(ln((1 + g.base) / nullif(greatest(1 + g.low, 0), 0)), 2)
        ) as log_down,
        sqrt(
            power(ln(b.revenue_usd_high / nullif(b.revenue_usd, 0)), 2)
            + power(ln((1 + g.high) / nullif(1 + g.base, 0)), 2)
        ) as log_up
    from pooled as g
    -- Growth is growth on the year before, not on an older one.
    inner join stated as b on b.company_id = g.company_id and b.period_role = 'base' and b.revenue_basis <> 'stale'
    left join stated as h on h.company_id = g.company_id and h.period_role = 'horizon'
    where g.measure = 'growth' and g.period_role = 'horizon' and h.company_id is null
),

known as (
    select
        s.period_role, s.company_id, s.revenue_basis, s.revenue_usd, s.revenue_usd_low, s.revenue_usd_high,
        s.tier, s.tier_rank, s.origins, s.fact_ids, s.children, cast(null as varchar) as growth_node_id
    from stated as s
    union all
    select
        'horizon' as period_role, g.company_id, 'growth' as revenue_basis, g.revenue_usd,
        coalesce(g.revenue_usd * exp(-g.log_down), 0) as revenue_usd_low,
        coalesce(g.revenue_usd * exp(g.log_up), g.revenue_usd) as revenue_usd_high,
        g.tier, g.tier_rank, g.origins, g.fact_ids, g.children, g.growth_node_id
    from grown as g
),

-- What was reported of the year binds what was expected of it.
bound as (
    select
        k.*, rate.revenue_usd as floor_usd, rate.reach_usd as ceiling_usd,
        coalesce(k.revenue_usd < rate.revenue_usd or k.revenue_usd > rate.reach_usd, false) as is_bound
    from known as k
    left join core.run_rate as rate
        on
            rate.company_id = k.company_id and rate.period_role = k.period_role and rate.reach_usd > 0
            and k.revenue_basis in ('forecast', 'growth')
)

select
    b.period_role, t.year, b.company_id, b.revenue_basis, b.is_bound, b.floor_usd, b.ceiling_usd,
    b.revenue_usd as expected_revenue_usd, b.revenue_usd_low as expected_revenue_usd_low,
    b.revenue_usd_high as expected_revenue_usd_high,
    case
        when b.revenue_usd < b.floor_usd then b.floor_usd
        when b.revenue_usd > b.ceiling_usd then b.ceiling_usd
        else b.revenue_usd
    end as revenue_usd,
    least(greatest(b.revenue_usd_low, coalesce(b.floor_usd, b.revenue_usd_low)), b.ceiling_usd) as revenue_usd_low,
    least(greatest(b.revenue_usd_high, coalesce(b.floor_usd, b.revenue_usd_high)), b.ceiling_usd) as revenue_usd_high,
    b.tier, b.tier_rank, b.origins, b.fact_ids,
    concat_ws('/', 'sales', b.company_id, t.year) as node_id,
    concat_ws(
        '/', case when b.ceiling_usd is not null then 'bound' end, 'sales', b.company_id, t.year
    ) as bound_node_id,
    b.children,
    b.growth_node_id
from bound as b
inner join core.year as t on t.period_role = b.period_role

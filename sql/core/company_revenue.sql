-- is: A company's sales in each year asked, in dollars, with the basis: reported, forecast (consensus), growth on the base year, trailing, fiscal_year or stale.
-- grain: period_role, company_id
with pooled as (
    select
        p.period_role,
        p.company_id,
        p.measure,
        p.year,
        p.base,
        p.low,
        p.high,
        p.tier,
        p.tier_rank,
        p.origins,
        p.fact_ids
    from core.pooled as p
    where p.moment = 'now' and p.kind = 'revenue' and p.base is not null
),

candidate as (
    select
        p.period_role,
        p.company_id,
        case p.measure when 'actual' then 1 when 'forecast' then 2 else 3 end as preference,
        case p.measure when 'actual' then 'reported' when 'forecast' then 'forecast' else 'trailing' end as revenue_basis,
        p.base as revenue_usd,
        p.low as revenue_usd_low,
        p.high as revenue_usd_high,
        p.tier,
        p.tier_rank,
        p.origins,
        p.fact_ids
    from pooled as p
    where p.measure in ('actual', 'forecast') or (p.measure = 'trailing' and p.period_role <> 'horizon')
    union all
    select
        t.period_role,
        r.company_id,
        4 as preference,
        case when r.period_end >= t.year_start then 'fiscal_year' else 'stale' end as revenue_basis,
        r.trailing_revenue_usd as revenue_usd,
        r.trailing_revenue_usd * (1 - tier.default_spread) as revenue_usd_low,
        r.trailing_revenue_usd * (1 + tier.default_spread) as revenue_usd_high,
        r.tier,
        tier.rank as tier_rank,
        1 as origins,
        [r.fact_id] as fact_ids
    from core.trailing_revenue as r
    inner join core.target as t on t.period_role = 'base' and r.period_end <= t.year_end
    inner join raw.tiers as tier on tier.tier = r.tier
),

stated as (
    select
        c.*,
        row_number() over (partition by c.period_role, c.company_id order by c.preference) as place
    from candidate as c
),

grown as (
    select
        'horizon' as period_role,
        g.company_id,
        3 as preference,
        'growth' as revenue_basis,
        b.revenue_usd * (1 + g.base) as revenue_usd,
        b.revenue_usd_low * (1 + g.low) as revenue_usd_low,
        b.revenue_usd_high * (1 + g.high) as revenue_usd_high,
        g.tier,
        g.tier_rank,
        g.origins,
        list_sort(list_concat(g.fact_ids, b.fact_ids)) as fact_ids
    from pooled as g
    -- Growth is growth on the year before, not on an older one.
    inner join stated as b on b.company_id = g.company_id and b.period_role = 'base' and b.place = 1 and b.revenue_basis <> 'stale'
    left join stated as h on h.company_id = g.company_id and h.period_role = 'horizon' and h.place = 1
    where g.measure = 'growth' and g.period_role = 'horizon' and h.company_id is null
),

best as (
    select
        s.period_role,
        s.company_id,
        s.revenue_basis,
        s.revenue_usd,
        s.revenue_usd_low,
        s.revenue_usd_high,
        s.tier,
        s.tier_rank,
        s.origins,
        s.fact_ids
    from stated as s
    where s.place = 1
    union all
    select
        g.period_role,
        g.company_id,
        g.revenue_basis,
        g.revenue_usd,
        g.revenue_usd_low,
        g.revenue_usd_high,
        g.tier,
        g.tier_rank,
        g.origins,
        g.fact_ids
    from grown as g
)

select
    b.period_role,
    t.year,
    b.company_id,
    b.revenue_basis,
    b.revenue_usd,
    b.revenue_usd_low,
    b.revenue_usd_high,
    b.tier,
    b.tier_rank,
    b.origins,
    b.fact_ids
from best as b
inner join core.target as t on t.period_role = b.period_role

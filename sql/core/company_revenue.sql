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
    where p.kind = 'revenue' and p.base is not null
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
    inner join core.year as t on t.period_role = 'base' and r.period_end <= t.year_end
    inner join raw.tiers as tier on tier.tier = r.tier
),

stated as (
    select
        c.period_role,
        c.company_id,
        arg_min(
            struct_pack(
                revenue_basis := c.revenue_basis, revenue_usd := c.revenue_usd, revenue_usd_low := c.revenue_usd_low,
                revenue_usd_high := c.revenue_usd_high, tier := c.tier, tier_rank := c.tier_rank, origins := c.origins,
                fact_ids := c.fact_ids
            ),
            c.preference
        ) as best
    from candidate as c
    group by c.period_role, c.company_id
),

grown as (
    select
        'horizon' as period_role,
        g.company_id,
        'growth' as revenue_basis,
        (b.best).revenue_usd * (1 + g.base) as revenue_usd,
        sqrt(
            power(ln((b.best).revenue_usd / nullif((b.best).revenue_usd_low, 0)), 2) + power(ln((1 + g.base) / nullif(greatest(1 + g.low, 0), 0)), 2)
        ) as width_down,
        sqrt(
            power(ln((b.best).revenue_usd_high / nullif((b.best).revenue_usd, 0)), 2) + power(ln((1 + g.high) / nullif(1 + g.base, 0)), 2)
        ) as width_up,
        g.tier,
        g.tier_rank,
        g.origins,
        list_sort(list_concat(g.fact_ids, (b.best).fact_ids)) as fact_ids
    from pooled as g
    -- Growth is growth on the year before, not on an older one.
    inner join stated as b on b.company_id = g.company_id and b.period_role = 'base' and (b.best).revenue_basis <> 'stale'
    left join stated as h on h.company_id = g.company_id and h.period_role = 'horizon'
    where g.measure = 'growth' and g.period_role = 'horizon' and h.company_id is null
),

known as (
    select
        s.period_role,
        s.company_id,
        (s.best).revenue_basis as revenue_basis,
        (s.best).revenue_usd as revenue_usd,
        (s.best).revenue_usd_low as revenue_usd_low,
        (s.best).revenue_usd_high as revenue_usd_high,
        (s.best).tier as tier,
        (s.best).tier_rank as tier_rank,
        (s.best).origins as origins,
        (s.best).fact_ids as fact_ids
    from stated as s
    union all
    select
        g.period_role,
        g.company_id,
        g.revenue_basis,
        g.revenue_usd,
        coalesce(g.revenue_usd * exp(-g.width_down), 0) as revenue_usd_low,
        coalesce(g.revenue_usd * exp(g.width_up), g.revenue_usd) as revenue_usd_high,
        g.tier,
        g.tier_rank,
        g.origins,
        g.fact_ids
    from grown as g
)

select
    k.period_role,
    t.year,
    k.company_id,
    k.revenue_basis,
    k.revenue_usd,
    k.revenue_usd_low,
    k.revenue_usd_high,
    k.tier,
    k.tier_rank,
    k.origins,
    k.fact_ids
from known as k
inner join core.year as t on t.period_role = k.period_role

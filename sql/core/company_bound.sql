-- is: What a company's open terms can bring at most, jointly, and the part of its programme revenue that is known.
-- grain: company_id
with remaining as (
    select
        d.company_id, d.company_revenue_usd, greatest(d.company_revenue_usd - d.programme_revenue_usd, 0) as usd
    from core.denominator as d
    where d.company_revenue_usd > 0
),

-- Generations without a count share one count: that of the family, once.
product as (
    select
        t.company_id, t.via_company_id, t.family_id, t.product_id,
        sum(t.revenue_usd_high) filter (where t.has_units) as counted_usd,
        max(t.revenue_usd_high) filter (where not t.has_units) as uncounted_usd,
        bool_or(t.revenue_usd_high is null) as is_unbounded,
        case when bool_and(t.sibling_usd is not null) then max(t.sibling_usd) end as sibling_usd
    from core.term_bound as t
    group by t.company_id, t.via_company_id, t.family_id, t.product_id
),

company as (
    select
        p.company_id, max(r.usd) as remaining_usd,
        sum(
            case
                when p.is_unbounded then r.usd
                when p.uncounted_usd is null then least(p.counted_usd, p.sibling_usd)
                when p.counted_usd is null then least(p.uncounted_usd, p.sibling_usd)
                else least(p.counted_usd + p.uncounted_usd, p.sibling_usd)
            end
        ) as terms_usd
    from product as p
    inner join remaining as r on r.company_id = p.company_id
    group by p.company_id
)

select
    c.company_id, least(c.terms_usd, c.remaining_usd) as open_usd_high, c.remaining_usd,
    f.programme_revenue_usd / nullif(f.programme_revenue_usd + least(c.terms_usd, c.remaining_usd) / 2, 0) as known_part
from company as c
inner join core.family_revenue as f on f.company_id = c.company_id and f.selection = 'asked' and f.family_id is null

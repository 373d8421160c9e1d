-- is: Custom silicon by designer, family and year: units, revenue and value per unit, modelled and stated.
-- grain: company_id, family_id, year, basis, origin_id, object
with claim as (select k.* from research.claim_range as k where k.stands and k.has_number),

designer as (select distinct b.company_id from core.bottom_up as b where b.product_id = 'asic-design'),

stated as (
    select
        k.*,
        f.family_id,
        year(k.period_start + interval 182 day) as year,
        coalesce(k.value, k.value_low) as revenue,
        1000000 * fx.usd_per_unit as usd_per_million
    from claim as k
    inner join designer as d on d.company_id = k.company_id
    left join core.scope_family as f on f.scope_id = k.object
    left join core.fx_rate as fx on fx.currency = k.currency and fx.year = year(k.period_start + interval 182 day)
    where
        k.metric = 'revenue' and k.subject = k.company_id and (f.scope_id is not null or k.object = 'asic-design')
        and date_diff('day', k.period_start, k.period_end) between 358 and 372
),

-- the supplier's own units, as the same origin counts them
counted as (
    select
        k.company_id, f.family_id, year(k.period_start) as year, k.origin_id,
        sum(coalesce(k.value, k.value_low)) as units,
        list_sort(list(k.fact_id)) as fact_ids
    from claim as k
    inner join core.scope_family as f on f.scope_id = k.scope_id
    where
        k.metric = 'units' and k.subject = 'asic-design' and k.unit = 'chip' and k.company_id is not null
        and year(k.period_start) = year(k.period_end) and f.family_id is not null
    group by k.company_id, f.family_id, year(k.period_start), k.origin_id
),

united as (
    select
        m.company_id, m.family_id, m.year, 'model' as basis, null as origin_id, tier.tier, null as object, m.programmes,
        m.units,
        'pooled units times supply share' as units_basis,
        m.revenue_usd, m.revenue_usd_low, m.revenue_usd_high, null as model_revenue_usd, false as is_ceiling, m.fact_ids
    from research.silicon_model as m
    inner join raw.tiers as tier on tier.rank = m.tier_rank
    where m.family_id is not null
    union all
    select
        s.company_id, s.family_id, s.year, 'stated' as basis, s.origin_id, s.tier, s.object, m.programmes,
        coalesce(c.units, m.units) as units,
        case
            when c.units is not null then 'same origin' when m.units is not null then 'pooled units times supply share'
        end as units_basis,
        s.revenue * s.usd_per_million as revenue_usd,
        s.value_low * s.usd_per_million as revenue_usd_low,
        s.value_high * s.usd_per_million as revenue_usd_high,
        m.revenue_usd as model_revenue_usd,
        s.family_id is null and s.object <> 'asic-design' as is_ceiling,
        list_sort(list_concat([s.fact_id], coalesce(c.fact_ids, []))) as fact_ids
    from stated as s
    left join counted as c
        on c.company_id = s.company_id and c.family_id = s.family_id and c.year = s.year and c.origin_id = s.origin_id
    left join research.silicon_model as m
        on m.company_id = s.company_id and m.year = s.year and m.family_id is not distinct from s.family_id
)

select
    u.company_id, u.family_id, u.year, u.basis, u.origin_id, u.tier, u.object, u.programmes, u.units, u.units_basis,
    u.revenue_usd / nullif(u.units, 0) as value_per_unit_usd,
    u.revenue_usd_low / nullif(u.units, 0) as value_per_unit_usd_low,
    u.revenue_usd_high / nullif(u.units, 0) as value_per_unit_usd_high,
    u.is_ceiling, u.revenue_usd, u.revenue_usd_low, u.revenue_usd_high,
    u.revenue_usd / nullif(u.model_revenue_usd, 0) - 1 as revenue_gap,
    r.revision as units_revision,
    r.revision_breadth, u.fact_ids, question.as_of
from united as u
left join core.forecast_revision as r on r.family_id = u.family_id and r.year = u.year
cross join core.question as question

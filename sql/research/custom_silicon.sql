-- is: Custom silicon by designer, family and year: units times value per unit to revenue as the model has it, and what stated revenue implies for one chip.
-- grain: company_id, family_id, year, basis, origin_id, object
with designed as (
    select
        b.company_id,
        b.family_id,
        b.programme_id,
        b.year,
        b.units * b.supply_share as units,
        b.revenue_usd,
        b.revenue_usd_low,
        b.revenue_usd_high,
        b.tier_rank,
        list_distinct(list_concat(
            list_concat(coalesce(b.units_fact_ids, []), coalesce(b.content_fact_ids, [])), coalesce(b.share_fact_ids, [])
        )) as fact_ids
    from core.bottom_up as b
    where b.product_id = 'asic-design' and b.via_company_id is null and b.counted
),

-- one row per family, and one over all families, against which revenue without a programme can be set
modelled as (
    select
        d.company_id,
        d.family_id,
        d.year,
        count(*) as programmes,
        cast(sum(cast(d.units as decimal(38, 9))) as double) as units,
        cast(sum(cast(d.revenue_usd as decimal(38, 9))) as double) as revenue_usd,
        cast(sum(cast(d.revenue_usd_low as decimal(38, 9))) as double) as revenue_usd_low,
        cast(sum(cast(d.revenue_usd_high as decimal(38, 9))) as double) as revenue_usd_high,
        max(d.tier_rank) as tier_rank,
        list_sort(list_distinct(flatten(list(d.fact_ids)))) as fact_ids
    from designed as d
    group by grouping sets ((d.company_id, d.family_id, d.year), (d.company_id, d.year))
),

family_of as (
    select
        f.family_id as scope_id,
        f.family_id
    from raw.families as f
    union all
    select
        p.programme_id as scope_id,
        p.family_id
    from raw.programmes as p
    union all
    select
        s.scope_id,
        s.family_id
    from raw.scopes as s
),

stated as (
    select
        k.company_id,
        f.family_id,
        k.object,
        year(k.period_start + interval 182 day) as year,
        k.origin_id,
        k.tier,
        coalesce(k.central, k.low) * 1000000 * case when k.currency = 'USD' then 1 else fx.usd_per_unit end as revenue_usd,
        coalesce(k.low, k.base) * 1000000 * case when k.currency = 'USD' then 1 else fx.usd_per_unit end as revenue_usd_low,
        coalesce(k.high, k.base) * 1000000 * case when k.currency = 'USD' then 1 else fx.usd_per_unit end as revenue_usd_high,
        k.known_on,
        k.fact_id
    from mart.claim as k
    inner join (select distinct b.company_id from core.bottom_up as b where b.product_id = 'asic-design') as designer
        on designer.company_id = k.company_id
    left join family_of as f on f.scope_id = k.object
    left join core.fx_rate as fx on fx.currency = k.currency and fx.year = year(k.period_start + interval 182 day)
    where
        k.metric = 'revenue' and k.stands and k.subject = k.company_id and coalesce(k.low, k.base, k.high) is not null
        and (f.scope_id is not null or k.object = 'asic-design')
        and date_diff('day', k.period_start, k.period_end) between 358 and 372
),

-- the supplier's own units, as the same origin counts them
counted as (
    select
        k.company_id,
        f.family_id,
        year(k.period_start) as year,
        k.origin_id,
        sum(coalesce(k.central, k.low)) as units,
        list_sort(list(k.fact_id)) as fact_ids
    from mart.claim as k
    inner join family_of as f on f.scope_id = k.scope_id
    where
        k.metric = 'units' and k.stands and k.subject = 'asic-design' and k.unit = 'chip' and k.company_id is not null
        and year(k.period_start) = year(k.period_end) and f.family_id is not null
    group by k.company_id, f.family_id, year(k.period_start), k.origin_id
),

revised as (
    select
        r.family_id,
        r.year,
        r.revision,
        r.revision_breadth
    from mart.forecast_revision as r
),

united as (
    select
        m.company_id,
        m.family_id,
        m.year,
        'model' as basis,
        cast(null as varchar) as origin_id,
        tier.tier,
        cast(null as varchar) as object,
        m.programmes,
        m.units,
        'pooled units times supply share' as units_basis,
        m.revenue_usd,
        m.revenue_usd_low,
        m.revenue_usd_high,
        cast(null as double) as model_revenue_usd,
        false as is_ceiling,
        m.fact_ids
    from modelled as m
    inner join raw.tiers as tier on tier.rank = m.tier_rank
    where m.family_id is not null
    union all
    select
        s.company_id,
        s.family_id,
        s.year,
        'stated' as basis,
        s.origin_id,
        s.tier,
        s.object,
        m.programmes,
        coalesce(c.units, m.units) as units,
        case when c.units is not null then 'same origin' when m.units is not null then 'pooled units times supply share' end as units_basis,
        s.revenue_usd,
        s.revenue_usd_low,
        s.revenue_usd_high,
        m.revenue_usd as model_revenue_usd,
        s.family_id is null and s.object <> 'asic-design' as is_ceiling,
        list_sort(list_concat([s.fact_id], coalesce(c.fact_ids, []))) as fact_ids
    from stated as s
    left join counted as c
        on
            c.company_id = s.company_id and c.family_id = s.family_id and c.year = s.year and c.origin_id = s.origin_id
    left join modelled as m
        on m.company_id = s.company_id and m.year = s.year and m.family_id is not distinct from s.family_id
)

select
    u.company_id,
    u.family_id,
    u.year,
    u.basis,
    u.origin_id,
    u.tier,
    u.object,
    u.programmes,
    u.units,
    u.units_basis,
    u.revenue_usd / nullif(u.units, 0) as value_per_unit_usd,
    u.revenue_usd_low / nullif(u.units, 0) as value_per_unit_usd_low,
    u.revenue_usd_high / nullif(u.units, 0) as value_per_unit_usd_high,
    u.is_ceiling,
    u.revenue_usd,
    u.revenue_usd_low,
    u.revenue_usd_high,
    u.revenue_usd / nullif(u.model_revenue_usd, 0) - 1 as revenue_gap,
    r.revision as units_revision,
    r.revision_breadth,
    u.fact_ids,
    question.as_of
from united as u
left join revised as r on r.family_id = u.family_id and r.year = u.year
cross join core.question as question

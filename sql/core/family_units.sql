-- is: Units of a family in a year: the pooled stated total, else the sum of its generations where those are all there is.
-- grain: period_role, family_id
with unit as (
    select
        p.period_role,
        p.year,
        p.scope_id,
        p.base,
        p.low,
        p.high,
        p.tier,
        p.tier_rank,
        p.origins,
        p.bound_low,
        p.bound_high,
        p.disagreement,
        p.outside_bound,
        p.known_on,
        p.is_actual,
        p.fact_ids,
        p.bound_fact_ids
    from core.pooled as p
    where p.kind = 'units' and p.measure = 'units' and p.company_id is null and p.product_id is null
),

generation as (
    select
        u.period_role,
        u.year,
        s.family_id,
        cast(sum(cast(u.base as decimal(38, 15))) as double) as base,
        cast(sum(cast(u.low as decimal(38, 15))) as double) as low,
        cast(sum(cast(u.high as decimal(38, 15))) as double) as high,
        arg_max(u.tier, u.tier_rank) as tier,
        max(u.tier_rank) as tier_rank,
        min(u.origins) as origins,
        max(u.known_on) as known_on,
        list_sort(flatten(list(u.fact_ids))) as fact_ids
    from unit as u
    inner join core.scope_programme as s on s.scope_id = u.scope_id and s.scope_level = 1
    where u.base is not null
    group by u.period_role, u.year, s.family_id
)

select
    coalesce(u.period_role, g.period_role) as period_role,
    coalesce(u.year, g.year) as year,
    f.family_id,
    f.unit_basis,
    coalesce(u.base, g.base) as units,
    -- Bounds on the whole family tighten the sum of its generations, or widen it where they contradict it.
    case
        when u.base is not null then u.low
        else least(greatest(g.low, coalesce(u.bound_low, g.low)), coalesce(u.bound_high, g.base), g.base)
    end as units_low,
    case
        when u.base is not null then u.high
        else greatest(least(g.high, coalesce(u.bound_high, g.high)), coalesce(u.bound_low, g.base), g.base)
    end as units_high,
    case when u.base is not null then 'stated' else 'generation_sum' end as units_basis,
    coalesce(u.tier, g.tier) as tier,
    coalesce(u.tier_rank, g.tier_rank) as tier_rank,
    case when u.base is not null then u.origins else g.origins end as origins,
    u.disagreement,
    case
        when u.base is not null then u.outside_bound
        else coalesce(g.base < u.bound_low, false) or coalesce(g.base > u.bound_high, false)
    end as outside_bound,
    coalesce(u.known_on, g.known_on) as known_on,
    coalesce(u.is_actual, false) as is_actual,
    case when u.base is not null then u.fact_ids else g.fact_ids end as fact_ids,
    u.bound_fact_ids
from unit as u
full outer join generation as g on g.period_role = u.period_role and g.family_id = u.scope_id
inner join raw.families as f on f.family_id = coalesce(u.scope_id, g.family_id)
where u.base is not null or g.base is not null

-- is: Units of a family in a year: the pooled stated total, else the sum of its generations where those are all there is.
-- grain: moment, period_role, family_id
with unit as (
    select
        p.moment,
        p.period_role,
        p.year,
        p.scope_id,
        p.base,
        p.low,
        p.high,
        p.tier,
        p.tier_rank,
        p.origins,
        p.disagreement,
        p.outside_bound,
        p.known_on,
        p.fact_ids,
        p.bound_fact_ids
    from core.pooled as p
    where p.kind = 'units' and p.measure = 'units' and p.company_id is null and p.product_id is null
),

generation as (
    select
        u.moment,
        u.period_role,
        u.year,
        s.family_id,
        sum(cast(u.base as decimal(38, 15))) as base,
        sum(cast(u.low as decimal(38, 15))) as low,
        sum(cast(u.high as decimal(38, 15))) as high,
        arg_max(u.tier, u.tier_rank) as tier,
        max(u.tier_rank) as tier_rank,
        min(u.origins) as origins,
        max(u.known_on) as known_on,
        list_sort(flatten(list(u.fact_ids))) as fact_ids
    from unit as u
    inner join core.scope_programme as s on s.scope_id = u.scope_id and s.scope_level = 1
    where u.base is not null
    group by u.moment, u.period_role, u.year, s.family_id
)

select
    coalesce(u.moment, g.moment) as moment,
    coalesce(u.period_role, g.period_role) as period_role,
    coalesce(u.year, g.year) as year,
    f.family_id,
    f.unit_basis,
    coalesce(u.base, cast(g.base as double)) as units,
    coalesce(u.low, cast(g.low as double)) as units_low,
    case when u.base is not null then u.high else coalesce(u.high, cast(g.high as double)) end as units_high,
    case when u.base is not null then 'stated' else 'generation_sum' end as units_basis,
    coalesce(u.tier, g.tier) as tier,
    coalesce(u.tier_rank, g.tier_rank) as tier_rank,
    coalesce(u.origins, g.origins) as origins,
    u.disagreement,
    u.outside_bound,
    coalesce(u.known_on, g.known_on) as known_on,
    case when u.base is not null then u.fact_ids else g.fact_ids end as fact_ids,
    u.bound_fact_ids
from unit as u
full outer join generation as g on g.moment = u.moment and g.period_role = u.period_role and g.family_id = u.scope_id
inner join raw.families as f on f.family_id = coalesce(u.scope_id, g.family_id)
where u.base is not null or g.base is not null

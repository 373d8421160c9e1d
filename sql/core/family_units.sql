-- is: Units of a family in a year: the pooled total, else the sum of its generations where only they are counted.
-- grain: period_role, family_id
with generations as (
    select
        u.period_role, u.year, s.family_id,
        cast(sum(cast(u.base as decimal(38, 15))) as double) as base,
        cast(sum(cast(u.low as decimal(38, 15))) as double) as low,
        cast(sum(cast(u.high as decimal(38, 15))) as double) as high,
        arg_max(u.tier, u.tier_rank) as tier,
        max(u.tier_rank) as tier_rank,
        min(u.origins) as origins,
        list_sort(flatten(list(u.fact_ids))) as fact_ids,
        list_sort(list(concat_ws('/', 'units', u.scope_id, u.year))) as children
    from core.pooled_units as u
    inner join core.scope_programme as s on s.scope_id = u.scope_id and s.scope_level = 1
    where u.base is not null
    group by u.period_role, u.year, s.family_id
)

select
    u.period_role, u.year, f.family_id, f.unit_basis,
    u.base as units,
    u.low as units_low,
    u.high as units_high,
    -- Scenarios change the units, and leave alone those that companies' own statements are about.
    u.base as units_behind,
    'stated' as units_basis,
    u.tier, u.tier_rank, u.origins, u.disagreement, u.outside_bound, u.is_actual, u.fact_ids,
    u.bound_fact_ids,
    concat_ws('/', 'units', f.family_id, u.year) as node_id,
    [u.node_id] as children
from core.pooled_units as u
inner join raw.families as f on f.family_id = u.scope_id
where u.base is not null
union all
select
    g.period_role, g.year, f.family_id, f.unit_basis,
    g.base as units,
    -- Bounds on the whole family tighten the sum of its generations, or widen it where they contradict it.
    least(greatest(g.low, coalesce(own.bound_low, g.low)), coalesce(own.bound_high, g.base), g.base) as units_low,
    greatest(least(g.high, coalesce(own.bound_high, g.high)), coalesce(own.bound_low, g.base), g.base) as units_high,
    g.base as units_behind,
    'generation_sum' as units_basis,
    g.tier, g.tier_rank, g.origins,
    cast(null as double) as disagreement,
    coalesce(g.base < own.bound_low, false) or coalesce(g.base > own.bound_high, false) as outside_bound,
    false as is_actual,
    g.fact_ids,
    coalesce(own.bound_fact_ids, []) as bound_fact_ids,
    concat_ws('/', 'units', f.family_id, g.year) as node_id,
    g.children
from generations as g
inner join raw.families as f on f.family_id = g.family_id
left join core.pooled_units as own on own.period_role = g.period_role and own.scope_id = g.family_id
where own.base is null

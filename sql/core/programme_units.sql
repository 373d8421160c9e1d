-- is: Units of each generation in a year: family total times generation mix; what the mix leaves over is the unallocated generation.
-- grain: period_role, programme_id
with family as (
    select
        f.period_role,
        f.year,
        f.family_id,
        f.unit_basis,
        f.units,
        f.units_low,
        f.units_high,
        f.units_basis,
        f.tier,
        f.tier_rank,
        f.origins,
        f.fact_ids
    from core.family_units as f
),

mix as (
    select
        m.period_role,
        m.family_id,
        m.programme_id,
        m.mix,
        m.mix_low,
        m.mix_high,
        m.mix_basis,
        m.tier,
        m.tier_rank,
        m.fact_ids
    from core.generation_mix as m
    union all
    select
        f.period_role,
        f.family_id,
        p.programme_id,
        -- Fitted fractions add up to the whole but for rounding, which is no generation.
        cast(greatest(1 - round(coalesce(sum(cast(m.mix as decimal(38, 15))), 0), 12), 0) as double) as mix,
        cast(greatest(1 - round(coalesce(sum(cast(m.mix_high as decimal(38, 15))), 0), 12), 0) as double) as mix_low,
        cast(greatest(1 - round(coalesce(sum(cast(m.mix_low as decimal(38, 15))), 0), 12), 0) as double) as mix_high,
        'rest' as mix_basis,
        cast(null as varchar) as tier,
        cast(null as integer) as tier_rank,
        coalesce(list_sort(list_distinct(flatten(list(m.fact_ids)))), cast([] as varchar[])) as fact_ids
    from family as f
    inner join raw.programmes as p on p.family_id = f.family_id and p.unallocated
    left join core.generation_mix as m
        on m.period_role = f.period_role and m.family_id = f.family_id
    where f.units_basis = 'stated'
    group by f.period_role, f.family_id, p.programme_id
),

generation as (
    select
        p.period_role,
        p.scope_id as programme_id,
        p.base,
        p.low,
        p.high,
        p.tier,
        p.tier_rank,
        p.origins,
        p.fact_ids
    from core.pooled as p
    where
        p.kind = 'units' and p.measure = 'units' and p.company_id is null and p.product_id is null
        and p.base is not null
),

allocated as (
    select
        f.period_role,
        f.year,
        f.family_id,
        m.programme_id,
        f.unit_basis,
        f.units * m.mix as units,
        f.units * m.mix * exp(-sqrt(
            power(ln(f.units / nullif(f.units_low, 0)), 2) + power(ln(m.mix / nullif(m.mix_low, 0)), 2)
        )) as units_low,
        f.units * m.mix * exp(sqrt(
            power(ln(f.units_high / nullif(f.units, 0)), 2) + power(ln(m.mix_high / nullif(m.mix, 0)), 2)
        )) as units_high,
        'family_' || m.mix_basis as units_basis,
        f.units as family_units,
        m.mix,
        case when coalesce(m.tier_rank, 0) > f.tier_rank then m.tier else f.tier end as tier,
        greatest(coalesce(m.tier_rank, 0), f.tier_rank) as tier_rank,
        f.origins,
        list_sort(list_distinct(list_concat(f.fact_ids, m.fact_ids))) as fact_ids
    from family as f
    inner join mix as m on m.period_role = f.period_role and m.family_id = f.family_id
    where f.units_basis = 'stated' and m.mix > 0
)

select
    a.period_role,
    a.year,
    a.family_id,
    a.programme_id,
    a.unit_basis,
    a.units,
    coalesce(a.units_low, 0) as units_low,
    coalesce(a.units_high, a.units) as units_high,
    a.units_basis,
    a.family_units,
    a.mix,
    a.tier,
    a.tier_rank,
    a.origins,
    a.fact_ids
from allocated as a
union all
select
    f.period_role,
    f.year,
    f.family_id,
    g.programme_id,
    f.unit_basis,
    g.base as units,
    g.low as units_low,
    g.high as units_high,
    'generation' as units_basis,
    f.units as family_units,
    cast(null as double) as mix,
    g.tier,
    g.tier_rank,
    g.origins,
    g.fact_ids
from generation as g
inner join raw.programmes as p on p.programme_id = g.programme_id
inner join family as f on f.period_role = g.period_role and f.family_id = p.family_id and f.units_basis = 'generation_sum'
union all
-- A generation that somebody counts as zero is zero, not unknown.
select
    f.period_role,
    f.year,
    f.family_id,
    g.programme_id,
    f.unit_basis,
    g.base as units,
    g.low as units_low,
    g.high as units_high,
    'generation' as units_basis,
    f.units as family_units,
    cast(0 as double) as mix,
    g.tier,
    g.tier_rank,
    g.origins,
    g.fact_ids
from generation as g
inner join raw.programmes as p on p.programme_id = g.programme_id
inner join family as f on f.period_role = g.period_role and f.family_id = p.family_id and f.units_basis = 'stated'
left join mix on mix.period_role = g.period_role and mix.programme_id = g.programme_id and mix.mix > 0
where g.base = 0 and mix.programme_id is null

-- is: Units of a generation in a year: family total x mix; the unallocated generation takes what the mix leaves over.
-- grain: period_role, programme_id
with mix as (
    select
        m.period_role, m.family_id, m.programme_id, m.mix, m.mix_low, m.mix_high, m.mix_basis,
        m.tier, m.tier_rank, m.fact_ids, [m.node_id, concat_ws('/', 'mix_fit', m.family_id, m.year)] as children
    from core.generation_mix as m
    union all
    select
        f.period_role, f.family_id, p.programme_id,
        -- Fitted fractions add up to the whole but for rounding, which is no generation.
        cast(greatest(1 - round(coalesce(sum(cast(m.mix as decimal(38, 15))), 0), 12), 0) as double) as mix,
        cast(greatest(1 - round(coalesce(sum(cast(m.mix_high as decimal(38, 15))), 0), 12), 0) as double) as mix_low,
        cast(greatest(1 - round(coalesce(sum(cast(m.mix_low as decimal(38, 15))), 0), 12), 0) as double) as mix_high,
        'rest' as mix_basis,
        cast(null as varchar) as tier,
        cast(null as integer) as tier_rank,
        coalesce(list_sort(list_distinct(flatten(list(m.fact_ids)))), cast([] as varchar[])) as fact_ids,
        [concat_ws('/', 'mix_rest', f.family_id, f.year)] as children
    from core.family_units as f
    inner join raw.programmes as p on p.family_id = f.family_id and p.unallocated
    left join core.generation_mix as m on m.period_role = f.period_role and m.family_id = f.family_id
    where f.units_basis = 'stated'
    group by f.period_role, f.family_id, f.year, p.programme_id
),

allocated as (
    select
        f.period_role, f.year, f.family_id, m.programme_id, f.unit_basis,
        f.units * m.mix as units,
        sqrt(power(ln(f.units / nullif(f.units_low, 0)), 2) + power(ln(m.mix / nullif(m.mix_low, 0)), 2)) as width_down,
        sqrt(power(ln(f.units_high / nullif(f.units, 0)), 2) + power(ln(m.mix_high / nullif(m.mix, 0)), 2)) as width_up,
        'family_' || m.mix_basis as units_basis,
        f.units as family_units,
        m.mix,
        case when m.tier_rank > f.tier_rank then m.tier else f.tier end as tier,
        greatest(m.tier_rank, f.tier_rank) as tier_rank,
        f.origins,
        list_sort(list_distinct(list_concat(coalesce(f.fact_ids, []), coalesce(m.fact_ids, [])))) as fact_ids,
        list_concat([f.node_id], coalesce(m.children, [])) as children
    from core.family_units as f
    inner join mix as m on m.period_role = f.period_role and m.family_id = f.family_id
    where f.units_basis = 'stated' and m.mix > 0
)

select
    a.period_role, a.year, a.family_id, a.programme_id, a.unit_basis, a.units,
    coalesce(a.units * exp(-a.width_down), 0) as units_low,
    coalesce(a.units * exp(a.width_up), a.units) as units_high,
    a.units as units_behind, a.units_basis, a.family_units, a.mix, a.tier, a.tier_rank, a.origins, a.fact_ids,
    concat_ws('/', 'units', a.programme_id, a.year) as node_id,
    a.children
from allocated as a
union all
-- The generations whose sum is the family, and those counted as zero in a family with a total: zero, not unknown.
select
    f.period_role, f.year, f.family_id, p.programme_id, f.unit_basis,
    u.base as units,
    u.low as units_low,
    u.high as units_high,
    u.base as units_behind,
    'generation' as units_basis,
    f.units as family_units,
    case when f.units_basis = 'stated' then cast(0 as double) end as mix,
    u.tier, u.tier_rank, u.origins, u.fact_ids,
    concat_ws('/', 'units', p.programme_id, f.year) as node_id,
    [u.node_id] as children
from core.pooled_units as u
inner join raw.programmes as p on p.programme_id = u.scope_id
inner join core.family_units as f on f.period_role = u.period_role and f.family_id = p.family_id
left join allocated as a on a.period_role = u.period_role and a.programme_id = u.scope_id
where a.programme_id is null and u.base is not null and (f.units_basis = 'generation_sum' or u.base = 0)

-- is: Part of a family's units that sources give a generation: the mean of each origin's fraction, fitted to the whole.
-- grain: period_role, programme_id
with floor as (
    select
        u.period_role, u.scope_id as programme_id, least(u.floor / nullif(f.units, 0), 1) as mix_floor,
        u.bound_fact_ids as fact_ids
    from core.pooled_units as u
    inner join raw.programmes as p on p.programme_id = u.scope_id
    inner join core.family_units as f on f.period_role = u.period_role and f.family_id = p.family_id
    where f.units_basis = 'stated' and u.floor is not null
),

pooled as (
    select
        o.period_role, o.family_id, o.programme_id, max(o.year) as year,
        cast(sum(cast(o.weight * o.mix as decimal(38, 15))) as double)
        / cast(sum(cast(o.weight as decimal(38, 15))) as double) as mix,
        min(o.mix) as least_mix, max(o.mix) as most_mix, min(o.mix_low) as mix_low, max(o.mix_high) as mix_high,
        case when bool_and(o.is_within_origin) then 'within_origin' else 'both_ways' end as mix_basis,
        arg_min(o.tier, o.tier_rank) as tier,
        min(o.tier_rank) as tier_rank,
        list_sort(list_distinct(flatten(list(o.fact_ids)))) as fact_ids
    from core.mix_origin as o
    where not o.is_refuted
    group by o.period_role, o.family_id, o.programme_id
    having bool_or(o.is_within_origin)
),

mean as (
    select
        p.period_role, p.family_id, p.programme_id, p.year, f.mix_floor,
        -- Rounding must not move a mean out of the range of its claims; a floor of the generation binds it.
        greatest(least(greatest(p.mix, p.least_mix), p.most_mix), coalesce(f.mix_floor, p.least_mix)) as mix,
        least(p.mix_low, 1) as mix_low,
        least(greatest(p.mix_high, coalesce(f.mix_floor, p.mix_high)), 1) as mix_high,
        p.mix_basis, p.tier, p.tier_rank,
        list_sort(list_distinct(list_concat(coalesce(p.fact_ids, []), coalesce(f.fact_ids, [])))) as fact_ids,
        cast(null as varchar[]) as children
    from pooled as p
    left join floor as f on f.period_role = p.period_role and f.programme_id = p.programme_id
),

-- A count by refuted origins alone is no count of the generation either.
refuted as (
    select o.period_role, o.programme_id from core.mix_origin as o
    group by o.period_role, o.programme_id
    having bool_and(o.is_refuted)
),

stated as (
    select m.* from mean as m
    union all
    -- A generation that no origin counts together with the family: weaker, and it gives way to the others.
    select
        u.period_role, family.family_id, u.scope_id as programme_id, u.year, null as mix_floor,
        least(u.base / nullif(family.units, 0), 1) as mix,
        least(u.low / nullif(family.units, 0), 1) as mix_low,
        least(u.high / nullif(family.units, 0), 1) as mix_high,
        'across_origins' as mix_basis,
        u.tier, u.tier_rank, u.fact_ids, [u.node_id, family.children[1]] as children
    from core.pooled_units as u
    inner join raw.programmes as programme on programme.programme_id = u.scope_id and not programme.unallocated
    inner join core.family_units as family
        on
            family.period_role = u.period_role and family.family_id = programme.family_id
            and family.units_basis = 'stated'
    left join mean on mean.period_role = u.period_role and mean.programme_id = u.scope_id
    left join refuted on refuted.period_role = u.period_role and refuted.programme_id = u.scope_id
    where
        mean.programme_id is null and refuted.programme_id is null and u.base <> 0
        and (u.base <= family.units or not family.is_actual)
),

summed as (
    select
        s.*,
        cast(sum(cast(case when s.mix_basis = 'across_origins' then 0 else s.mix end as decimal(38, 15)))
            over whole as double) as within_sum,
        cast(sum(cast(case when s.mix_basis = 'across_origins' then s.mix else 0 end as decimal(38, 15)))
            over whole as double) as across_sum
    from stated as s
    window whole as (partition by s.period_role, s.family_id)
),

fitted as (
    select
        s.*,
        case
            when s.mix_basis = 'across_origins' then least(1, greatest(1 - s.within_sum, 0) / nullif(s.across_sum, 0))
            else 1 / greatest(s.within_sum, 1)
        end as fit
    from summed as s
)

select
    f.period_role, f.family_id, f.programme_id,
    f.mix * f.fit as mix,
    f.mix_low * f.fit as mix_low,
    least(f.mix_high, 1) as mix_high,
    f.mix as mix_stated,
    f.fit as mix_fit, f.mix_floor,
    f.mix_basis, f.tier, f.tier_rank, f.fact_ids, f.year,
    concat_ws('/', 'mix', f.programme_id, f.year) as node_id,
    f.children
from fitted as f

-- is: What part of a family's units each generation takes, as fractions of each origin, then averaged over origins.
-- grain: period_role, programme_id
with unit as (
    select
        c.period_role,
        c.scope_id,
        c.origin_id,
        c.fact_id,
        c.low,
        c.base,
        c.high,
        c.weight,
        c.tier,
        c.tier_rank,
        c.is_pooled
    from core.yearly_claim as c
    where
        c.kind = 'units' and c.measure = 'units' and c.company_id is null and c.product_id is null
        and c.base is not null
),

family as (
    select
        f.period_role,
        f.family_id,
        f.units,
        f.is_actual,
        f.fact_ids
    from core.family_units as f
    where f.units_basis = 'stated'
),

within_origin as (
    select
        generation.period_role,
        programme.family_id,
        generation.scope_id as programme_id,
        generation.origin_id,
        generation.base / total.base as fraction,
        generation.low / total.base as fraction_low,
        generation.high / total.base as fraction_high,
        generation.weight,
        generation.tier,
        generation.tier_rank,
        [generation.fact_id, total.fact_id] as fact_ids
    from unit as generation
    inner join raw.programmes as programme on programme.programme_id = generation.scope_id and not programme.unallocated
    inner join unit as total
        on
            total.period_role = generation.period_role
            and total.origin_id = generation.origin_id
            and total.scope_id = programme.family_id
            and total.base >= generation.base
            and total.base > 0
    where generation.is_pooled
),

-- An origin that counts the generation and not the family is set against the pooled family.
beside as (
    select
        generation.period_role,
        programme.family_id,
        generation.scope_id as programme_id,
        generation.origin_id,
        least(generation.base / f.units, 1) as fraction,
        least(generation.low / f.units, 1) as fraction_low,
        generation.high / f.units as fraction_high,
        generation.weight,
        generation.tier,
        generation.tier_rank,
        list_concat([generation.fact_id], f.fact_ids) as fact_ids
    from unit as generation
    inner join raw.programmes as programme on programme.programme_id = generation.scope_id and not programme.unallocated
    inner join family as f
        on f.period_role = generation.period_role and f.family_id = programme.family_id
    left join unit as total
        on
            total.period_role = generation.period_role
            and total.origin_id = generation.origin_id
            and total.scope_id = programme.family_id
    where
        generation.is_pooled and total.origin_id is null
        -- A forecast beyond the whole family as it was counted in the end speaks of what did not come about.
        and generation.base <> 0 and f.units > 0 and (generation.base <= f.units or not f.is_actual)
),

counted as (
    select
        w.*,
        true as is_within
    from within_origin as w
    union all
    select
        b.*,
        false as is_within
    from beside as b
),

mean as (
    select
        w.period_role,
        w.family_id,
        w.programme_id,
        -- Rounding moves no mean out of what was said.
        least(greatest(cast(
            sum(cast(w.weight * w.fraction as decimal(38, 15))) / sum(cast(w.weight as decimal(38, 15))) as double
        ), min(w.fraction)), max(w.fraction)) as mix,
        min(w.fraction_low) as mix_low,
        least(max(w.fraction_high), 1) as mix_high,
        case when bool_and(w.is_within) then 'within_origin' else 'both_ways' end as mix_basis,
        arg_min(w.tier, w.tier_rank) as tier,
        min(w.tier_rank) as tier_rank,
        list_sort(list_distinct(flatten(list(w.fact_ids)))) as fact_ids
    from counted as w
    group by w.period_role, w.family_id, w.programme_id
    having bool_or(w.is_within)
),

-- A generation that only such origins count gives way to the others: weaker, and marked.
across as (
    select
        p.period_role,
        f.family_id,
        p.scope_id as programme_id,
        least(p.base / nullif(f.units, 0), 1) as mix,
        least(p.low / nullif(f.units, 0), 1) as mix_low,
        least(p.high / nullif(f.units, 0), 1) as mix_high,
        'across_origins' as mix_basis,
        p.tier,
        p.tier_rank,
        p.fact_ids
    from core.pooled as p
    inner join raw.programmes as programme on programme.programme_id = p.scope_id and not programme.unallocated
    inner join family as f
        on f.period_role = p.period_role and f.family_id = programme.family_id
    left join mean on mean.period_role = p.period_role and mean.programme_id = p.scope_id
    where
        p.kind = 'units' and p.measure = 'units' and p.company_id is null and p.product_id is null
        and p.base is not null and mean.programme_id is null
        and p.base <> 0 and (p.base <= f.units or not f.is_actual)
),

stated as (
    select m.* from mean as m
    union all
    select a.* from across as a
),

scaled as (
    select
        s.*,
        cast(sum(cast(case when s.mix_basis <> 'across_origins' then s.mix else 0 end as decimal(38, 15))) over family as double) as within_sum,
        cast(sum(cast(case when s.mix_basis = 'across_origins' then s.mix else 0 end as decimal(38, 15))) over family as double) as across_sum
    from stated as s
    window family as (partition by s.period_role, s.family_id)
)

select
    s.period_role,
    s.family_id,
    s.programme_id,
    s.mix * fit.factor as mix,
    s.mix_low * fit.factor as mix_low,
    least(s.mix_high, 1) as mix_high,
    s.mix as mix_stated,
    fit.factor as mix_fit,
    s.mix_basis,
    s.tier,
    s.tier_rank,
    s.fact_ids
from scaled as s
cross join
    lateral (
        select
            case
                when s.mix_basis <> 'across_origins' then 1 / greatest(s.within_sum, 1)
                else least(1, greatest(1 - s.within_sum, 0) / nullif(s.across_sum, 0))
            end as factor
    ) as fit

-- is: How many of its family's own units (chips or racks) one unit of a basis is in a scope; several members' counts are averaged.
-- grain: scope_id, family_id, unit
with counted as (
    select
        v.scope_id as programme_id,
        v.unit,
        v.fact_id,
        coalesce(v.base, (v.low + v.high) / 2) as chips_per_unit,
        -- As in core.yearly_claim: a document whose day nobody knows is as old as its year allows.
        tier.weight * power(0.5, date_diff(
            'day',
            case when source.published_precision in ('year', 'none') then make_date(year(v.known_on), 1, 1) else v.known_on end,
            v.known_by
        ) / tier.half_life_days) as weight,
        v.tier = 'assumption' as is_assumed
    from core.vintage as v
    inner join raw.tiers as tier on tier.tier = v.tier
    inner join raw.sources as source on source.source_id = v.source_id
    where v.kind = 'conversion' and coalesce(v.base, (v.low + v.high) / 2) is not null
),

-- Evidence where there is any, else what is assumed.
programme as (
    select
        c.programme_id,
        c.unit,
        arg_min(
            struct_pack(chips_per_unit := c.chips_per_unit, fact_ids := c.fact_ids), c.is_assumed
        ) as said
    from (
        select
            c.programme_id,
            c.unit,
            c.is_assumed,
            least(greatest(cast(
                sum(cast(c.weight * c.chips_per_unit as decimal(38, 15))) / sum(cast(c.weight as decimal(38, 15))) as double
            ), min(c.chips_per_unit)), max(c.chips_per_unit)) as chips_per_unit,
            list_sort(list(c.fact_id)) as fact_ids
        from counted as c
        group by c.programme_id, c.unit, c.is_assumed
    ) as c
    group by c.programme_id, c.unit
),

chips as (
    select
        s.scope_id,
        s.family_id,
        p.unit,
        cast(avg(cast((p.said).chips_per_unit as decimal(38, 15))) as double) as chips_per_unit,
        min((p.said).chips_per_unit) as fewest,
        max((p.said).chips_per_unit) as most,
        list_sort(flatten(list((p.said).fact_ids))) as fact_ids
    from programme as p
    inner join core.scope_programme as s on s.programme_id = p.programme_id
    group by s.scope_id, s.family_id, p.unit
    union all
    select
        s.scope_id,
        s.family_id,
        'chip' as unit,
        1 as chips_per_unit,
        1 as fewest,
        1 as most,
        [] as fact_ids
    from (select distinct sp.scope_id, sp.family_id from core.scope_programme as sp) as s
),

own as (
    select
        c.scope_id,
        c.family_id,
        f.unit_basis,
        c.chips_per_unit,
        c.fact_ids
    from chips as c
    inner join raw.families as f on f.family_id = c.family_id and f.unit_basis = c.unit
)

select
    c.scope_id,
    c.family_id,
    c.unit,
    o.unit_basis as own_unit,
    c.chips_per_unit / o.chips_per_unit as own_units_per_unit,
    c.fewest < c.most as members_differ,
    case when c.unit = o.unit_basis then cast([] as varchar[]) else list_sort(list_distinct(list_concat(c.fact_ids, o.fact_ids))) end
        as fact_ids
from chips as c
inner join own as o on o.scope_id = c.scope_id and o.family_id = c.family_id

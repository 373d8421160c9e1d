-- is: Units of a family's own basis (chips or racks) in one unit of a basis, in a scope; the mean over its programmes.
-- grain: scope_id, family_id, unit
with stated as (
    select
        v.scope_id as programme_id,
        v.unit,
        v.fact_id,
        v.weight,
        coalesce(v.base, (v.low + v.high) / 2) as chips_per_unit,
        v.tier = 'assumption' as is_assumed,
        bool_and(v.tier = 'assumption') over (partition by v.scope_id, v.unit) as is_all_assumed
    from core.vintage as v
    where v.kind = 'conversion' and coalesce(v.base, (v.low + v.high) / 2) is not null
),

programme as (
    select
        s.programme_id,
        s.unit,
        least(greatest(
            cast(sum(cast(s.weight * s.chips_per_unit as decimal(38, 15))) as double)
            / cast(sum(cast(s.weight as decimal(38, 15))) as double),
            min(s.chips_per_unit)
        ), max(s.chips_per_unit)) as chips_per_unit,
        list_sort(list(s.fact_id)) as fact_ids
    from stated as s
    where s.is_all_assumed or not s.is_assumed
    group by s.programme_id, s.unit
),

chips as (
    select
        s.scope_id,
        s.family_id,
        p.unit,
        cast(avg(cast(p.chips_per_unit as decimal(38, 15))) as double) as chips_per_unit,
        list_sort(flatten(list(p.fact_ids))) as fact_ids
    from programme as p
    inner join core.scope_programme as s on s.programme_id = p.programme_id
    group by s.scope_id, s.family_id, p.unit
    union all
    select distinct s.scope_id, s.family_id, 'chip' as unit, 1 as chips_per_unit, cast([] as varchar[]) as fact_ids
    from core.scope_programme as s
)

select
    c.scope_id,
    c.family_id,
    c.unit,
    own.unit as own_unit,
    c.chips_per_unit / own.chips_per_unit as own_units_per_unit,
    case
        when c.unit = own.unit then cast([] as varchar[])
        else list_sort(list_distinct(flatten([c.fact_ids, own.fact_ids])))
    end as fact_ids
from chips as c
inner join raw.families as family on family.family_id = c.family_id
inner join chips as own on own.scope_id = c.scope_id and own.family_id = c.family_id and own.unit = family.unit_basis

-- is: How many of its family's own units (chips or racks) one unit of a basis is in a scope; several members' counts are averaged.
-- grain: moment, scope_id, unit
with chips as (
    select
        v.moment,
        s.scope_id,
        s.family_id,
        v.unit,
        avg(v.base) as chips_per_unit,
        min(v.base) as fewest,
        max(v.base) as most,
        list(v.fact_id) as fact_ids
    from core.vintage as v
    inner join core.scope_programme as s on s.programme_id = v.scope_id
    where v.kind = 'conversion'
    group by v.moment, s.scope_id, s.family_id, v.unit
    union all
    select
        m.moment,
        s.scope_id,
        s.family_id,
        'chip' as unit,
        1 as chips_per_unit,
        1 as fewest,
        1 as most,
        [] as fact_ids
    from (select distinct k.moment from core.knowledge_date as k) as m
    cross join (select distinct sp.scope_id, sp.family_id from core.scope_programme as sp) as s
),

own as (
    select
        c.moment,
        c.scope_id,
        c.family_id,
        f.unit_basis,
        c.chips_per_unit
    from chips as c
    inner join raw.families as f on f.family_id = c.family_id and f.unit_basis = c.unit
)

select
    c.moment,
    c.scope_id,
    c.family_id,
    c.unit,
    o.unit_basis as own_unit,
    c.chips_per_unit / o.chips_per_unit as own_units_per_unit,
    c.fewest < c.most as members_differ,
    c.fact_ids
from chips as c
inner join own as o on o.moment = c.moment and o.scope_id = c.scope_id and o.family_id = c.family_id

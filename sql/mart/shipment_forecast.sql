-- is: Units of a family or programme in a year, pooled over independent origins, with range, disagreement and the facts behind.
-- grain: scope_id, year
with mixed as (
    select
        u.family_id,
        u.programme_id as scope_id,
        u.year,
        u.unit_basis,
        u.units,
        u.units_low,
        u.units_high,
        u.units_basis,
        u.tier,
        u.origins,
        cast(null as double) as disagreement,
        u.fact_ids
    from core.programme_units as u
    union all
    select
        f.family_id,
        f.family_id as scope_id,
        f.year,
        f.unit_basis,
        f.units,
        f.units_low,
        f.units_high,
        f.units_basis,
        f.tier,
        f.origins,
        f.disagreement,
        f.fact_ids
    from core.family_units as f
)

select
    m.scope_id,
    m.family_id,
    m.year,
    m.unit_basis,
    m.units,
    m.units_low,
    m.units_high,
    m.units_basis,
    m.tier,
    m.origins,
    m.disagreement,
    m.fact_ids,
    question.as_of
from mixed as m
cross join core.question as question

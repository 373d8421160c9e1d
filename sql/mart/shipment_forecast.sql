-- is: Units of a family or programme in a year, pooled over independent origins, with range and facts.
-- grain: scope_id, year
with united as (
    select
        u.programme_id as scope_id, u.family_id, u.year, u.unit_basis, u.units, u.units_low, u.units_high,
        u.units_basis, u.tier, u.origins, cast(null as double) as disagreement, u.fact_ids
    from core.programme_units as u
    union all
    select
        f.family_id as scope_id, f.family_id, f.year, f.unit_basis, f.units, f.units_low, f.units_high,
        f.units_basis, f.tier, f.origins, f.disagreement, f.fact_ids
    from core.family_units as f
),

answer as (
    select u.*, question.as_of
    from united as u
    cross join core.question as question
)

select a.* from answer as a

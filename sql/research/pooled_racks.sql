-- is: Racks of a scope in a year as all origins count them together.
-- grain: scope_id, year
with scope as (
    select s.scope_id, s.programme_id, s.scope_id as ratio_scope_id
    from core.scope_programme as s
    union all
    -- the scope of a whole family counts all its programmes, by the family's ratio
    select total.scope_id, s.programme_id, total.family_id as ratio_scope_id
    from raw.scopes as total
    inner join core.scope_programme as s on s.scope_id = total.family_id
    where total.total
)

select
    s.scope_id,
    u.year,
    sum(u.units) / max(ratio.own_units_per_unit) as racks,
    sum(u.units_low) / max(ratio.own_units_per_unit) as racks_low,
    sum(u.units_high) / max(ratio.own_units_per_unit) as racks_high,
    list_sort(list_distinct(flatten(list(u.fact_ids)))) as fact_ids,
    max(question.as_of) as as_of
from core.programme_units as u
inner join scope as s on s.programme_id = u.programme_id
inner join core.unit_ratio as ratio on ratio.scope_id = s.ratio_scope_id and ratio.unit = 'rack'
cross join core.question as question
group by s.scope_id, u.year

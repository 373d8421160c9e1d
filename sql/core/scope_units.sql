-- is: Pooled units of a scope in a year, with its family and the facts behind the figure and its unit.
-- grain: scope_id, year
with converted as (
    select k.scope_id, k.year, list_distinct(flatten(list(r.fact_ids))) as fact_ids
    from core.yearly_claim as k
    inner join core.unit_ratio as r on r.scope_id = k.scope_id and r.unit = k.unit
    where k.kind = 'units' and k.company_id is null and k.product_id is null and (k.is_pooled or k.is_binding)
    group by k.scope_id, k.year
)

select
    coalesce(p.family_id, s.family_id, f.family_id) as family_id, u.scope_id, u.year, u.unit, u.low, u.base, u.high,
    list_concat(
        list_concat(coalesce(u.fact_ids, []), coalesce(u.bound_fact_ids, [])), coalesce(c.fact_ids, [])
    ) as fact_ids
from core.pooled_units as u
left join converted as c on c.scope_id = u.scope_id and c.year = u.year
left join raw.programmes as p on p.programme_id = u.scope_id
left join raw.scopes as s on s.scope_id = u.scope_id
left join raw.families as f on f.family_id = u.scope_id

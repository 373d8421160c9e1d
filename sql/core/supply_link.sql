-- is: Who supplies which product into which programme, by any known claim: share, joint share, role or counted units.
-- grain: company_id, product_id, programme_id
select
    v.company_id, v.product_id, s.programme_id,
    max(s.family_id) as family_id,
    min(s.scope_level) as scope_level,
    list_sort(list_distinct(list(v.fact_id))) as fact_ids
from core.vintage as v
inner join core.scope_programme as s on s.scope_id = v.scope_id
where
    v.company_id is not null and v.product_id is not null
    and ((v.kind = 'share' and v.measure in ('share', 'joint', 'role')) or (v.kind = 'units' and v.measure = 'units'))
group by v.company_id, v.product_id, s.programme_id

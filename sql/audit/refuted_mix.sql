-- is: Origins whose split of a family has no weight, since their total of it lies far from the pooled one.
-- grain: finding_key
select
    'note' as severity, concat_ws('|', o.family_id, o.origin_id, o.year) as finding_key,
    cast(null as varchar) as company_id, o.family_id as scope_id, cast(null as varchar) as product_id, o.year,
    max(o.whole / f.units) as value, max(parameter.value) as limit_value,
    printf(
        '%s counts %.0f %ss of %s in %d, all together %.0f: its split of them has no weight.', o.origin_id,
        max(o.whole), f.unit_basis, o.family_id, o.year, max(f.units)
    ) as message,
    list_sort(list_distinct(flatten(list(o.fact_ids)))) as fact_ids
from core.mix_origin as o
inner join core.family_units as f on f.period_role = o.period_role and f.family_id = o.family_id
inner join raw.parameters as parameter on parameter.parameter = 'refuted_total'
where o.is_refuted
group by o.family_id, o.origin_id, o.year, f.unit_basis

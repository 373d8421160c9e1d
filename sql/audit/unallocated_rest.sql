-- is: The part of a family's units in a year that no generation is named for.
-- grain: finding_key
select
    'note' as severity,
    concat_ws('|', u.family_id, u.year) as finding_key,
    cast(null as varchar) as company_id, u.family_id as scope_id, cast(null as varchar) as product_id, u.year,
    u.mix as value, cast(0 as double) as limit_value,
    printf(
        'No generation is named for %.0f of the %.0f %ss of %s in %d (%.1f%%).',
        u.units, u.family_units, u.unit_basis, u.family_id, u.year, 100 * u.mix
    ) as message,
    u.fact_ids
from core.programme_units as u
where u.units_basis = 'family_rest' and u.units > 0

-- is: Units on which independent origins lie far apart, relative to the pooled figure.
-- grain: finding_key
select
    'note' as severity,
    concat_ws('|', u.scope_id, u.year) as finding_key,
    cast(null as varchar) as company_id, u.scope_id, cast(null as varchar) as product_id, u.year,
    u.disagreement as value, parameter.value as limit_value,
    printf(
        '%d origins count %s in %d at %.0f %ss on average; the highest and the lowest are %.1f%% of that apart.',
        u.origins, u.scope_id, u.year, u.base, u.unit, 100 * u.disagreement
    ) as message,
    u.fact_ids
from core.pooled_units as u
inner join raw.parameters as parameter on parameter.parameter = 'disagreement'
where u.disagreement > parameter.value

-- is: Units on which independent origins lie far apart, relative to the pooled figure.
-- grain: finding_key
select
    'note' as severity,
    concat_ws('|', p.scope_id, p.year) as finding_key,
    cast(null as varchar) as company_id,
    p.scope_id,
    cast(null as varchar) as product_id,
    p.year,
    p.disagreement as value,
    parameter.value as limit_value,
    printf(
        '%d origins count %s in %d at %.0f %ss together, and the highest and the lowest lie %.1f%% of that apart.',
        p.origins, p.scope_id, p.year, p.base, p.unit, 100 * p.disagreement
    ) as message,
    p.fact_ids
from core.pooled as p
inner join raw.parameters as parameter on parameter.parameter = 'disagreement'
where
    p.kind = 'units' and p.measure = 'units' and p.company_id is null and p.product_id is null
    and p.disagreement > parameter.value

-- is: Stakes as stated: the parent as company, the child as counterpart.
-- grain: fact_id
select
    o.fact_id, 'ownership' as home, 'ownership' as kind,
    case when o.consolidated then 'consolidated' else 'held' end as measure,
    o.parent_id as subject, 'stake' as metric, o.child_id as object, cast(null as varchar) as text,
    cast(null as varchar) as scope_id, cast(null as varchar) as product_id,
    o.parent_id as company_id, o.child_id as counterpart_id, cast(null as varchar) as period,
    cast(null as date) as period_start, cast(null as date) as period_end, o.valid_from, o.valid_to,
    'fraction' as fact_unit, 'fraction' as unit, cast(null as varchar) as currency,
    o.low, o.base, o.high, 1 as scale, false as is_actual, false as circular, o.note,
    o.tier, o.origin_id, o.source_id, o.citation, o.known_on, o.known_on_basis, o.rests_on, o.supersedes, o.withdrawn
from raw.ownership as o

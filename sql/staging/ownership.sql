-- is: Ownership claims as the ledger wants them: the parent as company, the child as counterpart.
-- grain: fact_id
select
    o.fact_id,
    'ownership' as kind,
    case when o.consolidated then 'consolidated' else 'held' end as measure,
    cast(null as varchar) as scope_id,
    cast(null as varchar) as product_id,
    o.parent_id as company_id,
    o.child_id as counterpart_id,
    cast(null as varchar) as period,
    o.valid_from as period_start,
    o.valid_to as period_end,
    'fraction' as unit,
    cast(null as varchar) as currency,
    o.low,
    o.base,
    o.high,
    false as is_actual,
    o.tier,
    o.origin_id,
    o.source_id,
    o.known_on,
    o.supersedes,
    o.withdrawn,
    o.rests_on,
    false as circular
from raw.ownership as o

-- is: Chips per board, tray, server or rack as the ledger wants them.
-- grain: fact_id
select
    u.fact_id,
    'conversion' as kind,
    'chips_per_unit' as measure,
    u.programme_id as scope_id,
    cast(null as varchar) as product_id,
    cast(null as varchar) as company_id,
    cast(null as varchar) as counterpart_id,
    cast(null as varchar) as period,
    cast(null as date) as period_start,
    cast(null as date) as period_end,
    u.unit_basis as unit,
    cast(null as varchar) as currency,
    u.low,
    u.base,
    u.high,
    false as is_actual,
    u.tier,
    u.origin_id,
    u.source_id,
    u.known_on,
    u.supersedes,
    u.withdrawn,
    u.rests_on,
    false as circular
from raw.unit_conversions as u

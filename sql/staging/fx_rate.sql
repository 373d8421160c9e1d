-- is: Exchange rates as the ledger wants them: units of the currency for one US dollar.
-- grain: fact_id
select
    f.fact_id,
    'fx' as kind,
    'rate' as measure,
    cast(null as varchar) as scope_id,
    cast(null as varchar) as product_id,
    cast(null as varchar) as company_id,
    cast(null as varchar) as counterpart_id,
    f.period,
    f.period_start,
    f.period_end,
    'per_usd' as unit,
    f.currency,
    f.low,
    f.base,
    f.high,
    true as is_actual,
    f.tier,
    f.origin_id,
    f.source_id,
    f.known_on,
    f.supersedes,
    f.withdrawn,
    f.rests_on,
    false as circular
from raw.fx_rates as f

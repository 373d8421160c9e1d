-- is: Exchange rates as stated: units of the currency for one US dollar.
-- grain: fact_id
select
    x.fact_id, 'fx_rates' as home, 'fx' as kind, 'rate' as measure,
    lower(x.currency) as subject, 'exchange_rate' as metric,
    cast(null as varchar) as object, cast(null as varchar) as text, cast(null as varchar) as scope_id,
    cast(null as varchar) as product_id, cast(null as varchar) as company_id, cast(null as varchar) as counterpart_id,
    x.period, x.period_start, x.period_end, x.period_start as valid_from, x.period_end as valid_to,
    'per_usd' as fact_unit, x.currency || ' per USD' as unit, x.currency,
    x.low, x.base, x.high, 1 as scale, true as is_actual, false as circular, x.note,
    x.tier, x.origin_id, x.source_id, x.citation, x.known_on, x.known_on_basis, x.rests_on, x.supersedes, x.withdrawn
from raw.fx_rates as x

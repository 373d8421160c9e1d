-- is: Chips per board, tray, server or rack of a programme as stated.
-- grain: fact_id
select
    u.fact_id, 'unit_conversions' as home, 'conversion' as kind, 'chips_per_unit' as measure,
    u.programme_id as subject, 'chips_per_unit' as metric,
    cast(null as varchar) as object, cast(null as varchar) as text,
    u.programme_id as scope_id, cast(null as varchar) as product_id, cast(null as varchar) as company_id,
    cast(null as varchar) as counterpart_id, cast(null as varchar) as period, cast(null as date) as period_start,
    cast(null as date) as period_end, cast(null as date) as valid_from, cast(null as date) as valid_to,
    u.unit_basis as fact_unit, 'chip per ' || u.unit_basis as unit, cast(null as varchar) as currency,
    u.low, u.base, u.high, 1 as scale, false as is_actual, false as circular, u.note,
    u.tier, u.origin_id, u.source_id, u.citation, u.known_on, u.known_on_basis, u.rests_on, u.supersedes, u.withdrawn
from raw.unit_conversions as u

-- is: Units of programmes, and of products on them, as stated.
-- grain: fact_id
select
    s.fact_id, 'shipment_forecasts' as home,
    case when s.product_id is not null and s.supplier_id is null then 'product_units' else 'units' end as kind,
    case when s.kind in ('forecast', 'estimate', 'actual') then 'units' else s.kind end as measure,
    coalesce(s.product_id, s.scope_id) as subject,
    case s.kind
        when 'required' then 'units_required'
        when 'annualised' then 'units_annualised'
        when 'cumulative' then 'units_installed'
        when 'lifetime' then 'units_lifetime'
        when 'growth' then 'units_growth_yoy'
        else 'units'
    end as metric,
    cast(null as varchar) as object, cast(null as varchar) as text,
    s.scope_id, s.product_id, s.supplier_id as company_id, cast(null as varchar) as counterpart_id,
    s.period, s.period_start, s.period_end, s.period_start as valid_from, s.period_end as valid_to,
    s.unit_basis as fact_unit, s.unit_basis as unit, cast(null as varchar) as currency,
    s.low, s.base, s.high, 1 as scale, s.kind = 'actual' as is_actual, false as circular, s.note,
    s.tier, s.origin_id, s.source_id, s.citation, s.known_on, s.known_on_basis, s.rests_on, s.supersedes, s.withdrawn
from raw.shipment_forecasts as s

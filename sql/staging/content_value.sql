-- is: Content values, prices and attach rates of products as stated; the company is the supplier whose content it is.
-- grain: fact_id
select
    v.fact_id, 'content_values' as home, 'content' as kind, v.measure, v.product_id as subject,
    case v.measure
        when 'content' then 'content_value'
        when 'price' then 'piece_price'
        else 'pieces_per_unit'
    end as metric,
    cast(null as varchar) as object, cast(null as varchar) as text,
    v.scope_id, v.product_id, v.supplier_id as company_id, cast(null as varchar) as counterpart_id,
    v.period, v.period_start, v.period_end, v.period_start as valid_from, v.period_end as valid_to,
    v.unit_basis as fact_unit,
    case v.measure
        when 'content' then v.currency || ' per ' || v.unit_basis
        when 'price' then v.currency
        else 'piece per ' || v.unit_basis
    end as unit,
    v.currency, v.low, v.base, v.high, 1 as scale, false as is_actual, v.circular, v.note,
    v.tier, v.origin_id, v.source_id, v.citation, v.known_on, v.known_on_basis, v.rests_on, v.supersedes, v.withdrawn
from raw.content_values as v

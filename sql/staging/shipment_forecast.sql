-- is: Unit claims as the ledger wants them; a scope that is counted as its family's whole carries the family's id.
-- grain: fact_id
select
    s.fact_id,
    case when s.product_id is not null and s.supplier_id is null then 'product_units' else 'units' end as kind,
    case when s.kind in ('forecast', 'estimate', 'actual') then 'units' else s.kind end as measure,
    case when scope.total then scope.family_id else s.scope_id end as scope_id,
    s.product_id,
    s.supplier_id as company_id,
    cast(null as varchar) as counterpart_id,
    s.period,
    s.period_start,
    s.period_end,
    s.unit_basis as unit,
    cast(null as varchar) as currency,
    s.low,
    s.base,
    s.high,
    s.kind = 'actual' as is_actual,
    s.tier,
    s.origin_id,
    s.source_id,
    s.known_on,
    s.supersedes,
    s.withdrawn,
    s.rests_on,
    false as circular
from raw.shipment_forecasts as s
left join raw.scopes as scope on scope.scope_id = s.scope_id

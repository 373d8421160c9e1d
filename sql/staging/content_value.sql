-- is: Content, price and attach claims as the ledger wants them; the supplier whose content it is stands as company.
-- grain: fact_id
select
    c.fact_id,
    'content' as kind,
    c.measure,
    case when scope.total then scope.family_id else c.scope_id end as scope_id,
    c.product_id,
    c.supplier_id as company_id,
    cast(null as varchar) as counterpart_id,
    c.period,
    c.period_start,
    c.period_end,
    c.unit_basis as unit,
    c.currency,
    c.low,
    c.base,
    c.high,
    false as is_actual,
    c.tier,
    c.origin_id,
    c.source_id,
    c.known_on,
    c.supersedes,
    c.withdrawn,
    c.rests_on,
    c.circular
from raw.content_values as c
left join raw.scopes as scope on scope.scope_id = c.scope_id

-- is: Successive unit counts of an origin for a scope and period, each with its change against the one before.
-- grain: scope_id, period, unit, company_id, product_id, origin_id, vintage
select
    r.family_id, r.scope_id, r.period, r.period_start, r.period_end, r.unit, r.origin_id, r.vintage, r.known_on,
    f.low, r.value, f.high, r.value_before, r.change, r.revision_breadth, r.days_since, r.is_current,
    r.fact_id, r.company_id, nullif(r.subject, r.scope_id) as product_id, r.as_of
from mart.revision_chain as r
left join core.fact as f on f.fact_id = r.fact_id and f.measure = 'units'
where r.metric = 'units' and r.scope_id is not null

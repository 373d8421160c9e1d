-- is: Pooled units of a programme, a group or a family in a year, all suppliers together.
-- grain: period_role, scope_id
select
    p.period_role, p.year, p.scope_id, p.unit, p.base, p.low, p.high, p.bound_low, p.bound_high,
    p.floor, p.outside_bound,
    p.tier, p.tier_rank, p.origins, p.disagreement, p.is_actual, p.fact_ids, p.bound_fact_ids,
    p.node_id
from core.pooled as p
where p.kind = 'units' and p.measure = 'units' and p.company_id is null and p.product_id is null

-- is: Figures that may give a company its share of a product in a scope: counted units, stated shares, market, role.
-- grain: period_role, scope_id, product_id, company_id, share_basis
with scope_units as (
    select u.period_role, u.programme_id as scope_id, u.units, u.node_id
    from core.programme_units as u
    union all
    select f.period_role, f.family_id as scope_id, f.units, f.node_id
    from core.family_units as f
),

counted as (
    select
        p.*, u.units, u.node_id as units_node_id, concat_ws('/', p.scope_id, p.product_id, p.company_id, p.year) as key
    from core.pooled as p
    inner join scope_units as u on u.period_role = p.period_role and u.scope_id = p.scope_id and u.units <> 0
    where
        p.kind = 'units' and p.measure = 'units' and p.company_id is not null
        and p.product_id is not null and p.base is not null
)

select
    c.period_role, c.scope_id, c.product_id, c.company_id,
    'counted_units' as share_basis,
    -- Units counted afterwards beat any forecast of them, however narrow its scope.
    case when c.is_actual then -3 else 0 end as preference,
    c.base / c.units as share,
    -- The count follows the units, so that their range does not widen the share.
    c.low / c.units as share_low,
    c.high / c.units as share_high,
    c.tier, c.tier_rank, c.origins, c.period_basis, c.fact_ids, c.bound_fact_ids, c.year,
    concat_ws('/', 'counted', c.key) as node_id,
    [concat_ws('/', 'count', c.key), c.units_node_id] as children,
    [c.node_id, concat_ws('/', 'pass_through', c.scope_id, c.year)] as count_children,
    c.unit || 's' as count_unit
from counted as c
union all
select
    v.period_role, v.scope_id, v.product_id, v.company_id,
    'stated' as share_basis,
    10 as preference,
    v.share, v.share_low, v.share_high, v.tier, v.tier_rank, v.origins, v.period_basis, v.fact_ids, v.bound_fact_ids,
    v.year, v.node_id, cast([] as varchar[]) as children, cast(null as varchar[]) as count_children,
    cast(null as varchar) as count_unit
from core.share_vector as v
union all
select
    p.period_role, p.scope_id, p.product_id, p.company_id,
    p.measure as share_basis,
    case p.measure when 'market' then 20 else 30 end as preference,
    p.base as share,
    p.low as share_low,
    p.high as share_high,
    p.tier, p.tier_rank, p.origins, p.period_basis, p.fact_ids,
    case when p.measure = 'market' then p.bound_fact_ids else [] end as bound_fact_ids,
    p.year, p.node_id, cast([] as varchar[]) as children, cast(null as varchar[]) as count_children,
    cast(null as varchar) as count_unit
from core.pooled as p
where p.kind = 'share' and p.measure in ('market', 'role') and p.base is not null

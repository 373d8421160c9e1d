-- is: Figures that may give a company its share of a product in a scope: counted units, stated shares, market, role.
-- grain: period_role, scope_id, product_id, company_id, share_basis
with scope_units as (
    select u.period_role, u.programme_id as scope_id, u.units, u.units_low, u.units_high, u.node_id
    from core.programme_units as u
    union all
    select f.period_role, f.family_id as scope_id, f.units, f.units_low, f.units_high, f.node_id
    from core.family_units as f
),

counted as (
    select
        p.*,
        u.node_id as units_node_id,
        p.base / u.units as share,
        sqrt(power(ln(p.base / nullif(p.low, 0)), 2) + power(ln(u.units_high / u.units), 2)) as width_down,
        sqrt(power(ln(p.high / nullif(p.base, 0)), 2) + power(ln(u.units / nullif(u.units_low, 0)), 2)) as width_up,
        case when p.base = 0 then p.high / u.units end as share_high_of_none
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
    c.share,
    c.share * exp(-c.width_down) as share_low,
    coalesce(c.share * exp(c.width_up), c.share_high_of_none) as share_high,
    c.tier, c.tier_rank, c.origins, c.period_basis, c.fact_ids, c.bound_fact_ids, c.year,
    concat_ws('/', 'counted', c.scope_id, c.product_id, c.company_id, c.year) as node_id,
    [c.node_id, c.units_node_id] as children
from counted as c
union all
select
    v.period_role, v.scope_id, v.product_id, v.company_id,
    'stated' as share_basis,
    10 as preference,
    v.share, v.share_low, v.share_high, v.tier, v.tier_rank, v.origins, v.period_basis, v.fact_ids, v.bound_fact_ids,
    v.year, v.node_id, cast([] as varchar[]) as children
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
    p.year, p.node_id, cast([] as varchar[]) as children
from core.pooled as p
where p.kind = 'share' and p.measure in ('market', 'role') and p.base is not null

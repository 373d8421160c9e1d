-- is: Shares by one origin as a whole vector: a company it does not name has the other origins' mean, shrunk to fit.
-- grain: period_role, scope_id, product_id, company_id, origin_id
with named as (
    select
        c.period_role, c.year, c.scope_id, c.product_id, c.company_id, c.origin_id, c.base, c.low, c.high,
        c.tier, c.tier_rank, c.period_basis, c.fact_id, c.node_id, c.said_node_id,
        max(c.weight) over vector as weight,
        cast(greatest(1 - sum(cast(c.base as decimal(38, 15))) over vector, 0) as double) as residual
    from core.yearly_claim as c
    where c.kind = 'share' and c.measure = 'share' and c.is_pooled
    window vector as (partition by c.period_role, c.scope_id, c.product_id, c.origin_id)
),

vector as (
    select distinct n.period_role, n.scope_id, n.product_id, n.origin_id, n.weight, n.residual
    from named as n
),

company as (
    select
        n.period_role, n.scope_id, n.product_id, n.company_id,
        max(n.year) as year,
        min(n.said_node_id) as said_node_id,
        least(greatest(
            cast(sum(cast(n.weight * n.base as decimal(38, 15))) as double)
            / cast(sum(cast(n.weight as decimal(38, 15))) as double), min(n.base)
        ), max(n.base)) as mean_share
    from named as n
    group by n.period_role, n.scope_id, n.product_id, n.company_id
),

unnamed as (
    select
        v.*, c.company_id, c.year, c.mean_share, c.said_node_id,
        cast(sum(cast(c.mean_share as decimal(38, 15))) over (
            partition by v.period_role, v.scope_id, v.product_id, v.origin_id
        ) as double) as mean_shares
    from vector as v
    inner join company as c
        on c.period_role = v.period_role and c.scope_id = v.scope_id and c.product_id = v.product_id
    left join named as n
        on
            n.period_role = v.period_role and n.scope_id = v.scope_id and n.product_id = v.product_id
            and n.origin_id = v.origin_id and n.company_id = c.company_id
    where n.fact_id is null
),

-- The mean shares shrink to what the vector leaves over.
fitted as (
    select
        u.*,
        coalesce(least(1, u.residual / nullif(u.mean_shares, 0)), 1) as fit
    from unnamed as u
)

select
    n.period_role, n.year, n.scope_id, n.product_id, n.company_id, n.origin_id, n.weight,
    n.base as share,
    n.low as share_low,
    n.high as share_high,
    cast(null as double) as mean_share,
    cast(null as double) as fit,
    n.tier, n.tier_rank, n.period_basis, n.fact_id, n.node_id, n.said_node_id
from named as n
union all
select
    f.period_role, f.year, f.scope_id, f.product_id, f.company_id, f.origin_id, f.weight,
    f.mean_share * f.fit as share,
    cast(null as double) as share_low,
    cast(null as double) as share_high,
    f.mean_share, f.fit,
    cast(null as varchar) as tier,
    cast(null as integer) as tier_rank,
    cast(null as varchar) as period_basis,
    cast(null as varchar) as fact_id,
    concat_ws('/', 'unnamed', f.origin_id, f.scope_id, f.product_id, f.company_id, f.year) as node_id,
    f.said_node_id
from fitted as f

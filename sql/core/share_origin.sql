-- is: What each origin's vector of shares gives a company: what it states, or, where it does not name the company, what the others state, shrunk to fit.
-- grain: period_role, scope_id, product_id, company_id, origin_id
with vector as (
    select
        c.period_role,
        c.scope_id,
        c.product_id,
        c.origin_id,
        max(c.weight) as weight,
        cast(greatest(1 - sum(cast(c.base as decimal(38, 15))), 0) as double) as residual
    from core.yearly_claim as c
    where c.kind = 'share' and c.measure = 'share' and c.is_pooled
    group by c.period_role, c.scope_id, c.product_id, c.origin_id
),

named as (
    select
        c.period_role,
        c.year,
        c.scope_id,
        c.product_id,
        c.company_id,
        c.origin_id,
        c.base,
        c.low,
        c.high,
        c.tier,
        c.tier_rank,
        c.period_basis,
        c.fact_id,
        v.weight as vector_weight
    from core.yearly_claim as c
    inner join vector as v
        on
            v.period_role = c.period_role and v.scope_id = c.scope_id and v.product_id = c.product_id
            and v.origin_id = c.origin_id
    where c.kind = 'share' and c.measure = 'share' and c.is_pooled
),

company as (
    select
        n.period_role,
        n.scope_id,
        n.product_id,
        n.company_id,
        least(greatest(cast(
            sum(cast(n.vector_weight * n.base as decimal(38, 15)))
            / sum(cast(n.vector_weight as decimal(38, 15))) as double
        ), min(n.base)), max(n.base)) as mean_share,
        max(n.year) as year
    from named as n
    group by n.period_role, n.scope_id, n.product_id, n.company_id
),

-- What a vector does not name keeps its share from the other vectors, shrunk to fit what this one leaves over.
unnamed as (
    select
        v.period_role,
        v.scope_id,
        v.product_id,
        v.origin_id,
        v.weight,
        c.company_id,
        c.year,
        c.mean_share,
        least(1, v.residual / nullif(cast(sum(cast(c.mean_share as decimal(38, 15))) over (
            partition by v.period_role, v.scope_id, v.product_id, v.origin_id
        ) as double), 0)) as fit
    from vector as v
    inner join company as c
        on c.period_role = v.period_role and c.scope_id = v.scope_id and c.product_id = v.product_id
    left join named as n
        on
            n.period_role = v.period_role and n.scope_id = v.scope_id and n.product_id = v.product_id
            and n.origin_id = v.origin_id and n.company_id = c.company_id
    where n.fact_id is null
)

select
    n.period_role,
    n.year,
    n.scope_id,
    n.product_id,
    n.company_id,
    n.origin_id,
    n.vector_weight as weight,
    n.base as share,
    n.low as share_low,
    n.high as share_high,
    cast(null as double) as mean_share,
    cast(null as double) as fit,
    n.tier,
    n.tier_rank,
    n.period_basis,
    n.fact_id
from named as n
union all
select
    u.period_role,
    u.year,
    u.scope_id,
    u.product_id,
    u.company_id,
    u.origin_id,
    u.weight,
    u.mean_share * coalesce(u.fit, 1) as share,
    cast(null as double) as share_low,
    cast(null as double) as share_high,
    u.mean_share,
    coalesce(u.fit, 1) as fit,
    cast(null as varchar) as tier,
    cast(null as integer) as tier_rank,
    cast(null as varchar) as period_basis,
    cast(null as varchar) as fact_id
from unnamed as u

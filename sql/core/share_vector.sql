-- is: Stated shares of a product in a scope, mixed over origins as whole vectors, so that incompatible vectors never add up beyond one.
-- grain: period_role, scope_id, product_id, company_id
with claim as (
    select
        c.*,
        bool_or(c.tier <> 'assumption' and not c.is_bound)
            over (partition by c.period_role, c.scope_id, c.product_id, c.company_id) as has_evidence
    from core.claim as c
    where c.moment = 'now' and c.kind = 'share' and c.measure = 'share'
),

eligible as (
    select
        c.*,
        min(c.distance) over (partition by c.period_role, c.scope_id, c.product_id, c.company_id) as nearest
    from claim as c
    where not c.is_bound and (c.tier <> 'assumption' or not c.has_evidence)
),

named as (
    select
        e.*,
        max(e.weight) over (partition by e.period_role, e.scope_id, e.product_id, e.origin_id) as vector_weight
    from eligible as e
    where e.distance = e.nearest
),

company as (
    select
        n.period_role,
        n.scope_id,
        n.product_id,
        n.company_id,
        cast(
            sum(cast(n.vector_weight * n.base as decimal(38, 15)))
            / sum(cast(n.vector_weight as decimal(38, 15))) as double
        ) as mean_share,
        max(n.year) as year,
        min(n.low) as low,
        max(n.high) as high,
        arg_min(n.tier, n.tier_rank) as tier,
        min(n.tier_rank) as tier_rank,
        count(distinct n.origin_id) as origins,
        arg_min(n.period_basis, n.tier_rank) as period_basis,
        list_sort(list(n.fact_id)) as fact_ids
    from named as n
    group by n.period_role, n.scope_id, n.product_id, n.company_id
),

vector as (
    select
        n.period_role,
        n.scope_id,
        n.product_id,
        n.origin_id,
        max(n.vector_weight) as weight,
        greatest(1 - sum(n.base), 0) as residual
    from named as n
    group by n.period_role, n.scope_id, n.product_id, n.origin_id
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
        c.mean_share,
        least(1, v.residual / nullif(sum(c.mean_share) over (
            partition by v.period_role, v.scope_id, v.product_id, v.origin_id
        ), 0)) as fit
    from vector as v
    inner join company as c
        on c.period_role = v.period_role and c.scope_id = v.scope_id and c.product_id = v.product_id
    left join named as n
        on
            n.period_role = v.period_role and n.scope_id = v.scope_id and n.product_id = v.product_id
            and n.origin_id = v.origin_id and n.company_id = c.company_id
    where n.fact_id is null
),

completed as (
    select
        n.period_role,
        n.scope_id,
        n.product_id,
        n.company_id,
        n.vector_weight as weight,
        n.base as share
    from named as n
    union all
    select
        u.period_role,
        u.scope_id,
        u.product_id,
        u.company_id,
        u.weight,
        u.mean_share * coalesce(u.fit, 1) as share
    from unnamed as u
),

mixture as (
    select
        c.period_role,
        c.scope_id,
        c.product_id,
        c.company_id,
        cast(
            sum(cast(c.weight * c.share as decimal(38, 15))) / sum(cast(c.weight as decimal(38, 15))) as double
        ) as share
    from completed as c
    group by c.period_role, c.scope_id, c.product_id, c.company_id
),

bound as (
    select
        p.period_role,
        p.scope_id,
        p.product_id,
        p.company_id,
        max(p.bound_low) as bound_low,
        min(p.bound_high) as bound_high,
        list_sort(flatten(list(p.bound_fact_ids))) as fact_ids
    from core.pooled as p
    where p.moment = 'now' and p.kind = 'share' and p.measure = 'share' and len(p.bound_fact_ids) > 0
    group by p.period_role, p.scope_id, p.product_id, p.company_id
),

joint as (
    select
        p.period_role,
        p.scope_id,
        p.product_id,
        p.company_id,
        min(coalesce(p.high, p.base)) as joint_high,
        max(p.base - other.high) as joint_low,
        list_sort(flatten(list(p.fact_ids))) as fact_ids
    from core.pooled as p
    left join company as other
        on
            other.period_role = p.period_role and other.scope_id = p.scope_id and other.product_id = p.product_id
            and other.company_id = p.counterpart_id
    where p.moment = 'now' and p.kind = 'share' and p.measure = 'joint' and p.base is not null
    group by p.period_role, p.scope_id, p.product_id, p.company_id
)

select
    m.period_role,
    c.year,
    m.scope_id,
    m.product_id,
    m.company_id,
    m.share,
    least(greatest(c.low, coalesce(b.bound_low, c.low), coalesce(j.joint_low, c.low)), m.share) as share_low,
    greatest(least(c.high, coalesce(b.bound_high, c.high), coalesce(j.joint_high, c.high)), m.share, coalesce(b.bound_low, m.share))
        as share_high,
    c.tier,
    c.tier_rank,
    c.origins,
    c.period_basis,
    coalesce(m.share < b.bound_low, false) or coalesce(m.share > b.bound_high, false)
    or coalesce(m.share > j.joint_high, false) as outside_bound,
    j.joint_high,
    c.fact_ids,
    list_sort(list_distinct(list_concat(coalesce(b.fact_ids, []), coalesce(j.fact_ids, [])))) as bound_fact_ids
from mixture as m
inner join company as c
    on
        c.period_role = m.period_role and c.scope_id = m.scope_id and c.product_id = m.product_id
        and c.company_id = m.company_id
left join bound as b
    on
        b.period_role = m.period_role and b.scope_id = m.scope_id and b.product_id = m.product_id
        and b.company_id = m.company_id
left join joint as j
    on
        j.period_role = m.period_role and j.scope_id = m.scope_id and j.product_id = m.product_id
        and j.company_id = m.company_id

-- is: Stated shares of a product in a scope, averaged over origins as whole vectors, which keeps their sum within one.
-- grain: period_role, scope_id, product_id, company_id
with company as (
    select
        o.period_role, o.scope_id, o.product_id, o.company_id,
        max(o.year) as year,
        min(o.said_node_id) as node_id,
        -- Rounding must not move a mean out of the range of its claims.
        least(greatest(
            cast(sum(cast(o.weight * o.share as decimal(38, 15))) as double)
            / cast(sum(cast(o.weight as decimal(38, 15))) as double), min(o.share)
        ), max(o.share)) as share,
        min(o.share_low) as low,
        max(o.share_high) as high,
        arg_min(o.tier, o.tier_rank) filter (where o.fact_id is not null) as tier,
        min(o.tier_rank) as tier_rank,
        count(o.fact_id) as origins,
        arg_min(o.period_basis, o.tier_rank) filter (where o.fact_id is not null) as period_basis,
        coalesce(list_sort(list(o.fact_id) filter (where o.fact_id is not null)), []) as fact_ids
    from core.share_origin as o
    group by o.period_role, o.scope_id, o.product_id, o.company_id
),

bound as (
    select
        p.period_role, p.scope_id, p.product_id, p.company_id,
        max(p.bound_low) as bound_low,
        min(p.bound_high) as bound_high,
        list_sort(flatten(list(p.bound_fact_ids))) as fact_ids
    from core.pooled as p
    where p.kind = 'share' and p.measure = 'share' and array_length(p.bound_fact_ids) > 0
    group by p.period_role, p.scope_id, p.product_id, p.company_id
),

-- A joint share caps each member, and floors it by what its partners can have at most.
joint as (
    select
        p.period_role, p.scope_id, p.product_id, p.company_id,
        min(p.high) as joint_high,
        max(p.low - partner.high) as joint_low,
        list_sort(list_distinct(flatten(list(
            list_concat(coalesce(p.fact_ids, []), coalesce(p.bound_fact_ids, []))
        )))) as fact_ids
    from core.pooled as p
    left join company as partner
        on
            partner.period_role = p.period_role and partner.scope_id = p.scope_id and partner.product_id = p.product_id
            and partner.company_id = p.counterpart_id
    where p.kind = 'share' and p.measure = 'joint'
    group by p.period_role, p.scope_id, p.product_id, p.company_id
)

select
    c.period_role, c.year, c.scope_id, c.product_id, c.company_id, c.share,
    least(
        greatest(c.low, coalesce(b.bound_low, c.low), coalesce(j.joint_low, c.low)),
        c.share, coalesce(b.bound_high, c.share), coalesce(j.joint_high, c.share)
    ) as share_low,
    greatest(
        least(c.high, coalesce(b.bound_high, c.high), coalesce(j.joint_high, c.high)),
        c.share, coalesce(b.bound_low, c.share), coalesce(j.joint_low, c.share)
    ) as share_high,
    c.tier, c.tier_rank, c.origins, c.period_basis,
    coalesce(c.share < b.bound_low, false) or coalesce(c.share > b.bound_high, false)
    or coalesce(c.share < j.joint_low, false) or coalesce(c.share > j.joint_high, false) as outside_bound,
    j.joint_high, c.fact_ids,
    list_sort(list_distinct(list_concat(coalesce(b.fact_ids, []), coalesce(j.fact_ids, [])))) as bound_fact_ids,
    c.node_id
from company as c
left join bound as b
    on
        b.period_role = c.period_role and b.scope_id = c.scope_id and b.product_id = c.product_id
        and b.company_id = c.company_id
left join joint as j
    on
        j.period_role = c.period_role and j.scope_id = c.scope_id and j.product_id = c.product_id
        and j.company_id = c.company_id

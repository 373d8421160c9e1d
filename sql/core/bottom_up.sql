-- is: Terms of a company with those of the companies it consolidates; `counted` says which level of a product branch stands.
-- grain: period_role, company_id, via_company_id, product_id, programme_id
with recursive held as (
    select
        p.period_role,
        p.company_id as parent_id,
        p.counterpart_id as child_id
    from core.pooled as p
    where p.moment = 'now' and p.kind = 'ownership' and p.measure = 'consolidated'
),

-- A child of a child is inside the parent as well.
consolidated as (
    select
        h.period_role,
        h.parent_id,
        h.child_id
    from held as h
    union
    select
        c.period_role,
        c.parent_id,
        h.child_id
    from consolidated as c
    inner join held as h on h.period_role = c.period_role and h.parent_id = c.child_id
    where h.child_id <> c.parent_id
),

grouped as (
    select
        t.company_id as group_id,
        cast(null as varchar) as via_company_id,
        t.*
    from core.term as t
    union all
    select
        c.parent_id as group_id,
        t.company_id as via_company_id,
        t.*
    from core.term as t
    inner join consolidated as c on c.period_role = t.period_role and c.child_id = t.company_id
),

quantified as (
    select
        g.group_id,
        g.via_company_id,
        g.period_role,
        g.programme_id,
        g.product_id,
        product.stage,
        case g.share_basis when 'counted_units' then 1 when 'programme' then 2 when 'scope' then 3 when 'family' then 4 when 'market' then 5 else 6 end
            as basis_rank
    from grouped as g
    inner join raw.products as product on product.product_id = g.product_id
    where g.revenue_usd is not null
),

-- Along one branch the better founded level counts; on a tie, and always between assembly stages, the higher one.
beaten as (
    select distinct
        lower.group_id,
        lower.via_company_id,
        lower.period_role,
        lower.programme_id,
        lower.product_id,
        upper.product_id as by_product_id
    from quantified as lower
    inner join core.product_ancestor as a on a.product_id = lower.product_id
    inner join quantified as upper
        on
            upper.group_id = lower.group_id and upper.period_role = lower.period_role
            and upper.programme_id = lower.programme_id and upper.product_id = a.ancestor_id
    where upper.basis_rank <= lower.basis_rank or (upper.stage is not null and lower.stage is not null)
    union
    select distinct
        upper.group_id,
        upper.via_company_id,
        upper.period_role,
        upper.programme_id,
        upper.product_id,
        lower.product_id as by_product_id
    from quantified as lower
    inner join core.product_ancestor as a on a.product_id = lower.product_id
    inner join quantified as upper
        on
            upper.group_id = lower.group_id and upper.period_role = lower.period_role
            and upper.programme_id = lower.programme_id and upper.product_id = a.ancestor_id
    where upper.basis_rank > lower.basis_rank and (upper.stage is null or lower.stage is null)
),

loser as (
    select
        b.group_id,
        b.via_company_id,
        b.period_role,
        b.programme_id,
        b.product_id,
        min(b.by_product_id) as by_product_id
    from beaten as b
    group by b.group_id, b.via_company_id, b.period_role, b.programme_id, b.product_id
)

select
    g.group_id as company_id,
    g.via_company_id,
    g.period_role,
    g.year,
    g.product_id,
    g.programme_id,
    g.family_id,
    g.unit_basis,
    g.units,
    g.units_low,
    g.units_high,
    g.units_basis,
    g.units_tier,
    g.content_basis,
    g.content_supplier_id,
    g.content_scope_id,
    g.price_scope_id,
    g.content_value_usd,
    g.content_value_usd_low,
    g.content_value_usd_high,
    g.content_tier,
    g.content_period_basis,
    g.share_basis,
    g.share_scope_id,
    g.supply_share,
    g.supply_share_low,
    g.supply_share_high,
    g.share_tier,
    g.share_period_basis,
    g.role_weight,
    g.role_residual,
    g.role_weight_total,
    g.revenue_usd,
    g.revenue_usd_low,
    g.revenue_usd_high,
    g.circular,
    g.assumed_inputs,
    g.rumoured_inputs,
    g.share_is_rumour,
    g.tier_rank,
    g.origins,
    g.missing,
    g.is_elsewhere,
    l.by_product_id as counted_within,
    g.revenue_usd is not null and l.group_id is null as counted,
    g.link_fact_ids,
    g.units_fact_ids,
    g.content_fact_ids,
    g.share_fact_ids,
    g.share_bound_fact_ids
from grouped as g
left join loser as l
    on
        l.group_id = g.group_id and l.period_role = g.period_role and l.programme_id = g.programme_id
        and l.product_id = g.product_id and l.via_company_id is not distinct from g.via_company_id

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
contest as (
    select
        lower.group_id,
        lower.period_role,
        lower.programme_id,
        lower.product_id as lower_id,
        lower.via_company_id as lower_via,
        upper.product_id as upper_id,
        upper.via_company_id as upper_via,
        upper.basis_rank <= lower.basis_rank or (upper.stage is not null and lower.stage is not null) as upper_wins
    from quantified as lower
    inner join core.product_ancestor as a on a.product_id = lower.product_id
    inner join quantified as upper
        on
            upper.group_id = lower.group_id and upper.period_role = lower.period_role
            and upper.programme_id = lower.programme_id and upper.product_id = a.ancestor_id
),

beaten as (
    select
        c.group_id,
        c.period_role,
        c.programme_id,
        case when c.upper_wins then c.lower_id else c.upper_id end as product_id,
        coalesce(case when c.upper_wins then c.lower_via else c.upper_via end, '') as via_id,
        case when c.upper_wins then c.upper_id else c.lower_id end as by_product_id,
        coalesce(case when c.upper_wins then c.upper_via else c.lower_via end, '') as by_via_id
    from contest as c
),

-- What nothing beats stands; what it beats is out, and beats nothing in its turn.
out_first as (
    select distinct
        b.group_id,
        b.period_role,
        b.programme_id,
        b.product_id,
        b.via_id
    from beaten as b
    left join beaten as by_other
        on
            by_other.group_id = b.group_id and by_other.period_role = b.period_role and by_other.programme_id = b.programme_id
            and by_other.product_id = b.by_product_id and by_other.via_id = b.by_via_id
    where by_other.group_id is null
),

loser as (
    select
        b.group_id,
        b.period_role,
        b.programme_id,
        b.product_id,
        b.via_id,
        min(b.by_product_id) as by_product_id
    from beaten as b
    left join out_first as o
        on
            o.group_id = b.group_id and o.period_role = b.period_role and o.programme_id = b.programme_id
            and o.product_id = b.by_product_id and o.via_id = b.by_via_id
    where o.group_id is null
    group by b.group_id, b.period_role, b.programme_id, b.product_id, b.via_id
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
    g.is_open,
    l.by_product_id as counted_within,
    -- No units of one generation are no zero of the family while another one that is supplied has units and no value.
    g.revenue_usd is not null and l.group_id is null
    and not (max(g.revenue_usd) over whole_family = 0 and bool_or(g.is_open) over whole_family) as counted,
    g.link_fact_ids,
    g.units_fact_ids,
    g.content_fact_ids,
    g.share_fact_ids,
    g.share_bound_fact_ids
from grouped as g
left join loser as l
    on
        l.group_id = g.group_id and l.period_role = g.period_role and l.programme_id = g.programme_id
        and l.product_id = g.product_id and l.via_id = coalesce(g.via_company_id, '')
window whole_family as (partition by g.group_id, g.period_role, g.family_id)

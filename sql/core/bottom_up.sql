-- is: Terms of a company with those of the companies it consolidates; `counted` says which level of a product branch stands.
-- grain: period_role, company_id, via_company_id, product_id, programme_id
with held as (
    select
        p.period_role,
        p.company_id as parent_id,
        p.counterpart_id as child_id
    from core.pooled as p
    where p.kind = 'ownership' and p.measure = 'consolidated'
),

-- Who shows a company's terms: itself, its parents, and their parents.
holder as (
    select
        t.period_role,
        c.company_id,
        c.company_id as group_id,
        '' as via_id
    from raw.companies as c
    cross join core.year as t
    union
    select
        h.period_role,
        h.child_id as company_id,
        unnest(case when up.parent_id is null then [h.parent_id] else [h.parent_id, up.parent_id] end) as group_id,
        h.child_id as via_id
    from held as h
    left join held as up on up.period_role = h.period_role and up.child_id = h.parent_id and up.parent_id <> h.child_id
),

node as (
    select
        concat_ws('|', h.group_id, t.period_role, t.programme_id) as place,
        h.group_id,
        h.via_id,
        t.period_role,
        t.family_id,
        t.product_id,
        t.revenue_usd,
        t.is_open,
        product.stage,
        case t.share_basis when 'counted_units' then 1 when 'programme' then 2 when 'scope' then 3 when 'family' then 4 when 'market' then 5 else 6 end
            as basis_rank
    from core.term as t
    inner join holder as h on h.period_role = t.period_role and h.company_id = t.company_id
    inner join raw.products as product on product.product_id = t.product_id
),

open_family as (
    select
        n.group_id,
        n.period_role,
        n.family_id
    from node as n
    group by n.group_id, n.period_role, n.family_id
    having max(n.revenue_usd) = 0 and bool_or(n.is_open)
),

-- Along one branch the better founded level counts; on a tie, and always between assembly stages, the higher one.
contest as (
    select
        lower.place,
        lower.product_id as lower_id,
        lower.via_id as lower_via,
        upper.product_id as upper_id,
        upper.via_id as upper_via,
        upper.basis_rank <= lower.basis_rank or (upper.stage is not null and lower.stage is not null) as upper_wins
    from node as lower
    inner join core.product_ancestor as a on a.product_id = lower.product_id
    inner join node as upper on upper.place = lower.place and upper.product_id = a.ancestor_id
    where lower.revenue_usd is not null and upper.revenue_usd is not null
),

beaten as (
    select
        c.place,
        case when c.upper_wins then c.lower_id else c.upper_id end as product_id,
        case when c.upper_wins then c.lower_via else c.upper_via end as via_id,
        case when c.upper_wins then c.upper_id else c.lower_id end as by_product_id,
        case when c.upper_wins then c.upper_via else c.lower_via end as by_via_id
    from contest as c
),

-- What nothing beats stands; what it beats is out, and beats nothing in its turn.
out_first as (
    select distinct
        b.place,
        b.product_id,
        b.via_id
    from beaten as b
    left join beaten as by_other
        on by_other.place = b.place and by_other.product_id = b.by_product_id and by_other.via_id = b.by_via_id
    where by_other.place is null
),

loser as (
    select
        b.place,
        b.product_id,
        b.via_id,
        min(b.by_product_id) as by_product_id
    from beaten as b
    left join out_first as o on o.place = b.place and o.product_id = b.by_product_id and o.via_id = b.by_via_id
    where o.place is null
    group by b.place, b.product_id, b.via_id
)

select
    h.group_id as company_id,
    nullif(h.via_id, '') as via_company_id,
    t.period_role,
    t.year,
    t.product_id,
    t.programme_id,
    t.family_id,
    t.unit_basis,
    t.units,
    t.units_low,
    t.units_high,
    t.units_basis,
    t.units_tier,
    t.content_basis,
    t.content_supplier_id,
    t.content_scope_id,
    t.price_scope_id,
    t.content_value_usd,
    t.content_value_usd_low,
    t.content_value_usd_high,
    t.content_tier,
    t.content_period_basis,
    t.share_basis,
    t.share_scope_id,
    t.supply_share,
    t.supply_share_low,
    t.supply_share_high,
    t.share_tier,
    t.share_period_basis,
    t.role_weight,
    t.role_residual,
    t.role_weight_total,
    t.revenue_usd,
    t.revenue_usd_low,
    t.revenue_usd_high,
    t.circular,
    t.assumed_inputs,
    t.rumoured_inputs,
    t.share_is_rumour,
    t.tier_rank,
    t.origins,
    t.missing,
    t.is_elsewhere,
    t.is_open,
    l.by_product_id as counted_within,
    -- No units of one generation are no zero of the family while another one that is supplied has units and no value.
    t.revenue_usd is not null and l.place is null and o.group_id is null as counted,
    t.link_fact_ids,
    t.units_fact_ids,
    t.content_fact_ids,
    t.share_fact_ids,
    t.share_bound_fact_ids
from core.term as t
inner join holder as h on h.period_role = t.period_role and h.company_id = t.company_id
left join loser as l
    on
        l.place = concat_ws('|', h.group_id, t.period_role, t.programme_id) and l.product_id = t.product_id and l.via_id = h.via_id
left join open_family as o on o.group_id = h.group_id and o.period_role = t.period_role and o.family_id = t.family_id

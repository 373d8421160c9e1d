-- is: Terms of a company with those of the companies it consolidates; `counted` marks the product level that counts.
-- grain: period_role, company_id, via_company_id, product_id, programme_id
with candidate as (
    select
        m.group_id, t.company_id, t.period_role, t.family_id, t.product_id, t.revenue_usd, t.is_open,
        t.guess_usd_high, product.stage,
        concat_ws('|', m.group_id, t.period_role, t.programme_id) as branch_id,
        concat_ws('|', m.group_id, t.period_role, t.programme_id, t.product_id, t.company_id) as term_id,
        case t.share_basis
            when 'counted_units' then 1 when 'programme' then 2 when 'scope' then 3 when 'family' then 4
            when 'market' then 5 else 6
        end as basis_rank
    from core.term as t
    inner join core.group_member as m on m.period_role = t.period_role and m.company_id = t.company_id
    inner join raw.products as product on product.product_id = t.product_id
),

open_family as (
    select c.group_id, c.period_role, c.family_id
    from candidate as c
    group by c.group_id, c.period_role, c.family_id
    having max(c.revenue_usd) = 0 and bool_or(c.is_open) and coalesce(max(c.guess_usd_high) = 0, true)
),

-- Along one branch the better founded level counts; on a tie, and always between assembly stages, the upper one.
contest as (
    select
        lower.term_id as lower_id,
        lower.product_id as lower_product_id,
        upper.term_id as upper_id,
        upper.product_id as upper_product_id,
        upper.basis_rank <= lower.basis_rank or (upper.stage is not null and lower.stage is not null) as upper_wins
    from candidate as lower
    inner join core.product_ancestor as a on a.product_id = lower.product_id
    inner join candidate as upper on upper.branch_id = lower.branch_id and upper.product_id = a.ancestor_id
    where lower.revenue_usd is not null and upper.revenue_usd is not null
),

beaten as (
    select
        case when c.upper_wins then c.lower_id else c.upper_id end as term_id,
        case when c.upper_wins then c.upper_id else c.lower_id end as winner_id,
        case when c.upper_wins then c.upper_product_id else c.lower_product_id end as winner_product_id
    from contest as c
),

-- A term that an unbeaten one beats is out, and beats nothing in its turn.
out_first as (
    select distinct b.term_id
    from beaten as b
    left join beaten as other on other.term_id = b.winner_id
    where other.term_id is null
),

loser as (
    select b.term_id, min(b.winner_product_id) as product_id
    from beaten as b
    left join out_first as o on o.term_id = b.winner_id
    where o.term_id is null
    group by b.term_id
)

select
    m.group_id as company_id,
    case when m.levels_up > 0 then t.company_id end as via_company_id,
    t.period_role, t.year, t.product_id, t.programme_id, t.family_id, t.unit_basis, t.units, t.units_low, t.units_high,
    t.units_basis, t.units_tier, t.content_basis,
    t.content_value_usd, t.content_value_usd_low, t.content_value_usd_high, t.content_tier, t.content_period_basis,
    t.share_basis, t.supply_share, t.supply_share_low, t.supply_share_high, t.share_tier,
    t.share_period_basis, t.revenue_usd, t.revenue_usd_low,
    t.revenue_usd_high, t.circular, t.assumed_inputs, t.rumoured_inputs, t.tier_rank, t.origins,
    t.missing, t.is_elsewhere, t.is_open, t.guess_usd_high,
    l.product_id as counted_within,
    -- One generation without units does not make the family zero while another supplied one has units and no value.
    t.revenue_usd is not null and l.term_id is null and o.group_id is null as counted,
    t.node_id, t.link_fact_ids, t.units_fact_ids, t.content_fact_ids, t.share_fact_ids, t.share_bound_fact_ids
from core.term as t
inner join core.group_member as m on m.period_role = t.period_role and m.company_id = t.company_id
left join loser as l
    on l.term_id = concat_ws('|', m.group_id, t.period_role, t.programme_id, t.product_id, t.company_id)
left join open_family as o on o.group_id = m.group_id and o.period_role = t.period_role and o.family_id = t.family_id

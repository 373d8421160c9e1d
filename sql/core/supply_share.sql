-- is: Part of a product on a programme that a company supplies: its nearest stated share, or a role's part of the rest.
-- grain: period_role, company_id, product_id, programme_id
with place as (
    select s.scope_id, s.programme_id, s.scope_level
    from core.scope_programme as s
    union all
    select 'market' as scope_id, p.programme_id, 0 as scope_level
    from raw.programmes as p
),

ranked as (
    select
        o.*, l.programme_id, l.family_id, p.scope_level,
        -- The level comes first, the tier second.
        row_number() over (
            partition by o.period_role, l.company_id, l.product_id, l.programme_id
            order by o.preference + p.scope_level, o.tier_rank, o.scope_id
        ) as place
    from core.supply_link as l
    inner join place as p on p.programme_id = l.programme_id
    inner join core.share_offer as o
        on o.scope_id = p.scope_id and o.company_id = l.company_id and o.product_id = l.product_id
),

-- What stated shares leave over, and the weights that the roles share it by.
picked as (
    select
        r.*,
        cast(greatest(1 - coalesce(
            sum(cast(r.share as decimal(38, 15))) filter (where r.share_basis <> 'role') over product, 0
        ), 0) as double) as residual,
        cast(greatest(coalesce(
            sum(cast(r.share as decimal(38, 15))) filter (where r.share_basis = 'role') over product, 0
        ), 1) as double) as weight_total
    from ranked as r
    where r.place = 1
    window product as (partition by r.period_role, r.product_id, r.programme_id)
)

select
    p.period_role, p.company_id, p.product_id, p.programme_id, p.family_id,
    case
        when p.share_basis <> 'stated' then p.share_basis
        when p.scope_level = 1 then 'programme'
        when p.scope_level = 2 then 'scope'
        else 'family'
    end as share_basis,
    p.scope_id as share_scope_id,
    p.share as supply_share,
    coalesce(p.share_low, 0) as supply_share_low,
    -- A count over units that may have been none has no upper end: at most all of them.
    least(coalesce(p.share_high, 1), greatest(p.share, 1)) as supply_share_high,
    p.tier, p.tier_rank, p.origins, p.period_basis,
    cast(null as double) as role_weight,
    cast(null as double) as role_residual,
    cast(null as double) as role_weight_total,
    p.fact_ids, p.bound_fact_ids, p.year,
    concat_ws('/', 'share', p.company_id, p.product_id, p.programme_id, p.year) as node_id,
    [p.node_id, concat_ws('/', 'share_fit', p.product_id, p.programme_id, p.year)] as children
from picked as p
where p.share_basis <> 'role'
union all
select
    p.period_role, p.company_id, p.product_id, p.programme_id, p.family_id, p.share_basis,
    p.scope_id as share_scope_id,
    p.share * p.residual / p.weight_total as supply_share,
    p.share_low * p.residual / p.weight_total as supply_share_low,
    p.share_high * p.residual / p.weight_total as supply_share_high,
    assumption.tier,
    assumption.rank as tier_rank,
    p.origins, p.period_basis,
    p.share as role_weight,
    p.residual as role_residual,
    p.weight_total as role_weight_total,
    p.fact_ids, p.bound_fact_ids, p.year,
    concat_ws('/', 'share', p.company_id, p.product_id, p.programme_id, p.year) as node_id,
    [p.node_id, concat_ws('/', 'role_part', p.product_id, p.programme_id, p.year)] as children
from picked as p
inner join raw.tiers as assumption on assumption.tier = 'assumption'
where p.share_basis = 'role'

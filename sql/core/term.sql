-- is: One supply link in one year: units times content times share, or what is missing to say it.
-- grain: period_role, company_id, product_id, programme_id
with link as (
    select
        l.company_id,
        l.product_id,
        l.programme_id,
        l.family_id,
        l.fact_ids,
        t.period_role,
        t.year
    from core.supply_link as l
    cross join core.year as t
),

family as (
    select
        u.period_role,
        u.family_id,
        count(*) as generations,
        -- Generations that nobody counts may have units: those that the counted ones leave over, or any if there is no total.
        bool_or(u.units_basis = 'family_rest' and u.units > 0) or bool_and(u.units_basis = 'generation') as has_uncounted
    from core.programme_units as u
    group by u.period_role, u.family_id
),

joined as (
    select
        l.period_role,
        l.year,
        l.company_id,
        l.product_id,
        l.programme_id,
        l.family_id,
        l.fact_ids as link_fact_ids,
        family.generations,
        family.has_uncounted,
        u.unit_basis,
        u.units,
        u.units_low,
        u.units_high,
        u.units_basis,
        u.tier as units_tier,
        u.tier_rank as units_tier_rank,
        u.origins as units_origins,
        u.fact_ids as units_fact_ids,
        coalesce(own.content_basis, generic.content_basis) as content_basis,
        coalesce(own.supplier_id, generic.supplier_id) as content_supplier_id,
        coalesce(own.content_scope_id, generic.content_scope_id) as content_scope_id,
        coalesce(own.price_scope_id, generic.price_scope_id) as price_scope_id,
        coalesce(own.content_value_usd, generic.content_value_usd) as content_value_usd,
        coalesce(own.content_value_usd_low, generic.content_value_usd_low) as content_value_usd_low,
        coalesce(own.content_value_usd_high, generic.content_value_usd_high) as content_value_usd_high,
        coalesce(own.tier, generic.tier) as content_tier,
        coalesce(own.tier_rank, generic.tier_rank) as content_tier_rank,
        coalesce(own.origins, generic.origins) as content_origins,
        coalesce(own.circular, generic.circular) as circular,
        coalesce(own.period_basis, generic.period_basis) as content_period_basis,
        coalesce(own.fact_ids, generic.fact_ids) as content_fact_ids,
        s.share_basis,
        s.share_scope_id,
        s.supply_share,
        s.supply_share_low,
        s.supply_share_high,
        s.tier as share_tier,
        s.tier_rank as share_tier_rank,
        s.origins as share_origins,
        s.period_basis as share_period_basis,
        s.role_weight,
        s.role_residual,
        s.role_weight_total,
        s.fact_ids as share_fact_ids,
        s.bound_fact_ids as share_bound_fact_ids
    from link as l
    left join core.programme_units as u on u.period_role = l.period_role and u.programme_id = l.programme_id
    left join family on family.period_role = l.period_role and family.family_id = l.family_id
    left join core.content as own
        on
            own.period_role = l.period_role and own.programme_id = l.programme_id
            and own.product_id = l.product_id and own.supplier_id = l.company_id
    left join core.content as generic
        on
            generic.period_role = l.period_role and generic.programme_id = l.programme_id
            and generic.product_id = l.product_id and generic.supplier_id is null
    left join core.supply_share as s
        on
            s.period_role = l.period_role and s.programme_id = l.programme_id
            and s.product_id = l.product_id and s.company_id = l.company_id
),

valued as (
    select
        j.*,
        case when j.units = 0 then 0 else j.units * j.content_value_usd * j.supply_share end as revenue_usd,
        -- Half-widths of logs add as squares: the ends of independent ranges are not reached together.
        sqrt(
            power(ln(j.units / nullif(j.units_low, 0)), 2)
            + power(ln(j.content_value_usd / nullif(j.content_value_usd_low, 0)), 2)
            + power(ln(j.supply_share / nullif(j.supply_share_low, 0)), 2)
        ) as width_down,
        sqrt(
            power(ln(j.units_high / nullif(j.units, 0)), 2)
            + power(ln(j.content_value_usd_high / nullif(j.content_value_usd, 0)), 2)
            + power(ln(j.supply_share_high / nullif(j.supply_share, 0)), 2)
        ) as width_up
    from joined as j
)

select
    v.period_role,
    v.year,
    v.company_id,
    v.product_id,
    v.programme_id,
    v.family_id,
    v.unit_basis,
    v.units,
    v.units_low,
    v.units_high,
    v.units_basis,
    v.units_tier,
    v.content_basis,
    v.content_supplier_id,
    v.content_scope_id,
    v.price_scope_id,
    v.content_value_usd,
    v.content_value_usd_low,
    v.content_value_usd_high,
    v.content_tier,
    v.content_period_basis,
    v.share_basis,
    v.share_scope_id,
    v.supply_share,
    v.supply_share_low,
    v.supply_share_high,
    v.share_tier,
    v.share_period_basis,
    v.role_weight,
    v.role_residual,
    v.role_weight_total,
    v.revenue_usd,
    -- A range that reaches down to zero has no logarithm: its lower end is zero.
    case when v.revenue_usd is null then null else coalesce(v.revenue_usd * exp(-v.width_down), 0) end as revenue_usd_low,
    case when v.revenue_usd is null then null else coalesce(v.revenue_usd * exp(v.width_up), v.revenue_usd) end as revenue_usd_high,
    coalesce(v.circular, false) as circular,
    cast(coalesce(v.units_tier = 'assumption', false) as integer)
    + cast(coalesce(v.content_tier = 'assumption', false) as integer)
    + cast(coalesce(v.share_tier = 'assumption' or v.share_basis in ('role', 'market'), false) as integer) as assumed_inputs,
    cast(coalesce(v.units_tier = 'rumour', false) as integer)
    + cast(coalesce(v.content_tier = 'rumour', false) as integer)
    + cast(coalesce(v.share_tier = 'rumour', false) as integer) as rumoured_inputs,
    coalesce(v.share_tier = 'rumour', false) as share_is_rumour,
    greatest(v.units_tier_rank, v.content_tier_rank, v.share_tier_rank) as tier_rank,
    least(v.units_origins, v.content_origins, v.share_origins) as origins,
    list_filter(
        [
            case when v.units is null and v.generations is null then 'units of ' || v.family_id end,
            case
                when v.content_value_usd is null and coalesce(v.units, 1) <> 0
                    then 'content of ' || v.product_id || ' on ' || v.programme_id
            end,
            case
                when v.supply_share is null and coalesce(v.units, 1) <> 0
                    then 'share of ' || v.product_id || ' on ' || v.programme_id
            end
        ],
        lambda x: x is not null
    ) as missing,
    v.units is null and v.generations is not null as is_elsewhere,
    v.revenue_usd is null and coalesce(v.units > 0, true) and coalesce(v.supply_share > 0, true)
    and (v.units is not null or v.generations is null or v.has_uncounted) as is_open,
    v.link_fact_ids,
    v.units_fact_ids,
    v.content_fact_ids,
    v.share_fact_ids,
    v.share_bound_fact_ids
from valued as v

-- is: One supply link in one year: units x content x share, or what is missing for it.
-- grain: period_role, company_id, product_id, programme_id
with family as (
    select
        u.period_role, u.family_id,
        -- Uncounted generations may have units: what the counted ones leave over, or any number without a total.
        bool_or(u.units_basis = 'family_rest' and u.units > 0) or bool_and(u.units_basis = 'generation')
            as has_uncounted,
        -- What the hand-over gives to named generations, another one may have, but none without a name.
        bool_or(u.units_basis = 'family_carried' and u.units > 0) as has_carried
    from core.programme_units as u
    group by u.period_role, u.family_id
),

valued as (
    select
        l.period_role, l.year, l.company_id, l.product_id, l.programme_id, l.family_id, l.fact_ids as link_fact_ids,
        family.family_id is not null as has_family,
        family.has_uncounted or (family.has_carried and not p.unallocated) as has_uncounted,
        u.unit_basis, u.units, u.units_low, u.units_high, u.units_basis, u.tier as units_tier,
        u.tier_rank as units_tier_rank, u.origins as units_origins, u.fact_ids as units_fact_ids,
        u.node_id as units_node_id, s.node_id as share_node_id,
        c.content_basis, l.content_supplier_id, c.content_value_usd,
        c.content_value_usd_low, c.content_value_usd_high, c.tier as content_tier, c.tier_rank as content_tier_rank,
        c.origins as content_origins, c.circular, c.period_basis as content_period_basis,
        c.fact_ids as content_fact_ids,
        s.share_basis, s.supply_share, s.supply_share_low, s.supply_share_high, s.tier as share_tier,
        s.tier_rank as share_tier_rank, s.origins as share_origins, s.period_basis as share_period_basis,
        s.fact_ids as share_fact_ids, s.bound_fact_ids as share_bound_fact_ids,
        case
            when u.units = 0 then 0
            -- Two own guesses are no base: what they say at least is.
            when guess.node_id is not null then u.units * guess.usd_low
            -- A share of counted units is that of the units behind the count; the count follows by the pass-through.
            when counted.units > 0
                then u.units * c.content_value_usd * least(
                    s.supply_share * counted.pass_through * counted.units_behind / counted.units,
                    greatest(s.supply_share, 1)
                )
            else u.units * c.content_value_usd * s.supply_share
        end as revenue_usd,
        -- Half-widths of logs add as squares: independent ranges do not reach their ends together.
        sqrt(
            power(ln(u.units / nullif(u.units_low, 0)), 2)
            + case
                when guess.node_id is not null then 0
                else power(ln(c.content_value_usd / nullif(c.content_value_usd_low, 0)), 2)
                    + power(ln(s.supply_share / nullif(s.supply_share_low, 0)), 2)
            end
        ) as width_down,
        sqrt(
            power(ln(u.units_high / nullif(u.units, 0)), 2)
            + case
                when guess.node_id is not null then 0
                else power(ln(c.content_value_usd_high / nullif(c.content_value_usd, 0)), 2)
                    + power(ln(s.supply_share_high / nullif(s.supply_share, 0)), 2)
            end
        ) as width_up,
        guess.node_id as guess_node_id, u.units * guess.usd_high as guess_usd_high
    from core.link_year as l
    left join core.programme_units as u on u.period_role = l.period_role and u.programme_id = l.programme_id
    inner join raw.programmes as p on p.programme_id = l.programme_id
    left join family on family.period_role = l.period_role and family.family_id = l.family_id
    left join core.content as c
        on
            c.period_role = l.period_role and c.programme_id = l.programme_id and c.product_id = l.product_id
            and c.supplier_id is not distinct from l.content_supplier_id
    left join core.supply_share as s
        on
            s.period_role = l.period_role and s.programme_id = l.programme_id and s.product_id = l.product_id
            and s.company_id = l.company_id
    left join core.own_guess as guess
        on
            guess.period_role = l.period_role and guess.programme_id = l.programme_id
            and guess.product_id = l.product_id and guess.company_id = l.company_id
    left join core.pass_through as counted
        on
            counted.period_role = s.period_role and counted.scope_id = s.share_scope_id
            and s.share_basis = 'counted_units'
)

select
    v.period_role, v.year, v.company_id, v.product_id, v.programme_id, v.family_id, v.unit_basis, v.units, v.units_low,
    v.units_high, v.units_basis, v.units_tier, v.content_basis,
    v.content_value_usd, v.content_value_usd_low, v.content_value_usd_high, v.content_tier,
    v.content_period_basis, v.share_basis, v.supply_share, v.supply_share_low, v.supply_share_high,
    v.share_tier, v.share_period_basis, v.revenue_usd,
    -- A range that reaches down to zero has no logarithm: its lower end is zero.
    case when v.revenue_usd is not null then coalesce(v.revenue_usd * exp(-v.width_down), 0) end as revenue_usd_low,
    coalesce(v.revenue_usd * exp(v.width_up), v.revenue_usd) as revenue_usd_high,
    coalesce(v.circular, false) as circular,
    cast(coalesce(v.units_tier = 'assumption', false) as integer)
    + cast(coalesce(v.content_tier = 'assumption', false) as integer)
    + cast(coalesce(v.share_tier = 'assumption' or v.share_basis in ('role', 'market'), false) as integer)
        as assumed_inputs,
    cast(coalesce(v.units_tier = 'rumour', false) as integer)
    + cast(coalesce(v.content_tier = 'rumour', false) as integer)
    + cast(coalesce(v.share_tier = 'rumour', false) as integer) as rumoured_inputs,
    greatest(v.units_tier_rank, v.content_tier_rank, v.share_tier_rank) as tier_rank,
    least(v.units_origins, v.content_origins, v.share_origins) as origins,
    list_filter(
        [
            case when v.units is null and not v.has_family then 'units of ' || v.family_id end,
            case
                when v.content_value_usd is null and coalesce(v.units, 1) <> 0
                    then 'content of ' || v.product_id || ' on ' || v.programme_id
            end,
            case
                when v.supply_share is null and coalesce(v.units, 1) <> 0
                    then 'share of ' || v.product_id || ' on ' || v.programme_id
            end,
            case
                when v.guess_usd_high > v.revenue_usd
                    then 'evidence of content and share of ' || v.product_id || ' on ' || v.programme_id
            end
        ],
        lambda x: x is not null
    ) as missing,
    v.units is null and v.has_family as is_elsewhere,
    v.revenue_usd is null and coalesce(v.units > 0, true) and coalesce(v.supply_share > 0, true)
    and (v.units is not null or not v.has_family or v.has_uncounted)
    or coalesce(v.guess_usd_high > v.revenue_usd, false) as is_open,
    v.guess_usd_high,
    concat_ws('/', 'term', v.company_id, v.product_id, v.programme_id, v.year) as node_id,
    case
        when v.units = 0 then [v.units_node_id]
        when v.guess_node_id is not null then [v.units_node_id, v.guess_node_id]
        when v.revenue_usd is not null then [
            concat_ws('/', 'worth', v.product_id, v.programme_id, coalesce(v.content_supplier_id, '-'), v.year),
            v.share_node_id
        ]
    end as children,
    v.link_fact_ids, v.units_fact_ids, v.content_fact_ids, v.share_fact_ids, v.share_bound_fact_ids
from valued as v

-- is: What part of a product on a programme a company supplies in a year, with the basis: counted units, a stated share, the market, or its role.
-- grain: period_role, company_id, product_id, programme_id
with programme_units as (
    select
        u.period_role,
        u.programme_id as scope_id,
        u.units,
        u.units_low,
        u.units_high
    from core.programme_units as u
    union all
    select
        f.period_role,
        f.family_id as scope_id,
        f.units,
        f.units_low,
        f.units_high
    from core.family_units as f
),

counted as (
    select
        p.period_role,
        p.scope_id,
        p.product_id,
        p.company_id,
        p.base / nullif(u.units, 0) as share,
        p.base / nullif(u.units, 0) * exp(-sqrt(
            power(ln(p.base / nullif(p.low, 0)), 2) + power(ln(u.units_high / nullif(u.units, 0)), 2)
        )) as share_low,
        coalesce(
            p.base / nullif(u.units, 0) * exp(sqrt(
                power(ln(p.high / nullif(p.base, 0)), 2) + power(ln(u.units / nullif(u.units_low, 0)), 2)
            )),
            case when p.base = 0 then p.high / nullif(u.units, 0) end
        ) as share_high,
        p.tier,
        p.tier_rank,
        p.origins,
        p.period_basis,
        p.fact_ids,
        p.bound_fact_ids,
        p.is_actual
    from core.pooled as p
    inner join programme_units as u on u.period_role = p.period_role and u.scope_id = p.scope_id
    where
        p.kind = 'units' and p.measure = 'units' and p.company_id is not null
        and p.product_id is not null and p.base is not null
),

-- Everything that may give a company its share, by how well it is founded: counted units, stated shares, the market, roles.
offered as (
    select
        c.period_role,
        c.scope_id,
        c.product_id,
        c.company_id,
        -- What was counted afterwards beats what was forecast of it, of however narrow a scope.
        case when c.is_actual then -3 else 0 end as preference,
        'counted_units' as share_basis,
        c.share,
        c.share_low,
        c.share_high,
        c.tier,
        c.tier_rank,
        c.origins,
        c.period_basis,
        c.fact_ids,
        coalesce(c.bound_fact_ids, cast([] as varchar[])) as bound_fact_ids
    from counted as c
    where c.share is not null
    union all
    select
        v.period_role,
        v.scope_id,
        v.product_id,
        v.company_id,
        10 as preference,
        cast(null as varchar) as share_basis,
        v.share,
        v.share_low,
        v.share_high,
        v.tier,
        v.tier_rank,
        v.origins,
        v.period_basis,
        v.fact_ids,
        v.bound_fact_ids
    from core.share_vector as v
    union all
    select
        p.period_role,
        p.scope_id,
        p.product_id,
        p.company_id,
        case p.measure when 'market' then 20 else 30 end as preference,
        p.measure as share_basis,
        p.base as share,
        p.low as share_low,
        p.high as share_high,
        p.tier,
        p.tier_rank,
        p.origins,
        p.period_basis,
        p.fact_ids,
        case when p.measure = 'market' then coalesce(p.bound_fact_ids, cast([] as varchar[])) else cast([] as varchar[]) end as bound_fact_ids
    from core.pooled as p
    where p.kind = 'share' and p.measure in ('market', 'role') and p.base is not null
),

place as (
    select
        s.scope_id,
        s.programme_id,
        s.scope_level
    from core.scope_programme as s
    union all
    select
        'market' as scope_id,
        p.programme_id,
        0 as scope_level
    from raw.programmes as p
),

picked as (
    select
        o.period_role,
        l.company_id,
        l.product_id,
        l.programme_id,
        l.family_id,
        -- The level first, the tier second.
        arg_min(
            struct_pack(
                share_basis := case
                    when o.share_basis is not null then o.share_basis
                    when p.scope_level = 1 then 'programme'
                    when p.scope_level = 2 then 'scope'
                    else 'family'
                end,
                scope_id := o.scope_id, share := o.share, share_low := o.share_low, share_high := o.share_high, tier := o.tier,
                tier_rank := o.tier_rank, origins := o.origins, period_basis := o.period_basis, fact_ids := o.fact_ids,
                bound_fact_ids := o.bound_fact_ids
            ),
            row(o.preference + p.scope_level, o.tier_rank, o.scope_id)
        ) as best
    from core.supply_link as l
    inner join place as p on p.programme_id = l.programme_id
    inner join offered as o on o.scope_id = p.scope_id and o.company_id = l.company_id and o.product_id = l.product_id
    group by o.period_role, l.company_id, l.product_id, l.programme_id, l.family_id
),

left_over as (
    select
        p.period_role,
        p.product_id,
        p.programme_id,
        cast(greatest(1 - coalesce(sum(cast((p.best).share as decimal(38, 15))) filter (where (p.best).share_basis <> 'role'), 0), 0) as double)
            as residual,
        cast(greatest(coalesce(sum(cast((p.best).share as decimal(38, 15))) filter (where (p.best).share_basis = 'role'), 0), 1) as double)
            as weight_total
    from picked as p
    group by p.period_role, p.product_id, p.programme_id
)

select
    p.period_role,
    p.company_id,
    p.product_id,
    p.programme_id,
    p.family_id,
    (p.best).share_basis as share_basis,
    (p.best).scope_id as share_scope_id,
    case when (p.best).share_basis = 'role' then (p.best).share * o.residual / o.weight_total else (p.best).share end as supply_share,
    case
        when (p.best).share_basis = 'role' then (p.best).share_low * o.residual / o.weight_total
        else coalesce((p.best).share_low, 0)
    end as supply_share_low,
    case
        when (p.best).share_basis = 'role' then (p.best).share_high * o.residual / o.weight_total
        -- Units that may have been none leave a counted share open upwards: all of them, at most.
        else least(coalesce((p.best).share_high, 1), greatest((p.best).share, 1))
    end as supply_share_high,
    case when (p.best).share_basis = 'role' then 'assumption' else (p.best).tier end as tier,
    case when (p.best).share_basis = 'role' then ours.rank else (p.best).tier_rank end as tier_rank,
    (p.best).origins as origins,
    (p.best).period_basis as period_basis,
    case when (p.best).share_basis = 'role' then (p.best).share end as role_weight,
    case when (p.best).share_basis = 'role' then o.residual end as role_residual,
    case when (p.best).share_basis = 'role' then o.weight_total end as role_weight_total,
    (p.best).fact_ids as fact_ids,
    (p.best).bound_fact_ids as bound_fact_ids
from picked as p
inner join left_over as o on o.period_role = p.period_role and o.product_id = p.product_id and o.programme_id = p.programme_id
inner join raw.tiers as ours on ours.tier = 'assumption'

-- is: What part of a product on a programme a company supplies in a year, with the basis: counted units, a stated share, the market, or its role.
-- grain: period_role, company_id, product_id, programme_id
with link as (
    select
        l.company_id,
        l.product_id,
        l.programme_id,
        l.family_id,
        l.fact_ids,
        t.period_role
    from core.supply_link as l
    cross join core.target as t
),

programme_units as (
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
    where f.moment = 'now'
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
        p.moment = 'now' and p.kind = 'units' and p.measure = 'units' and p.company_id is not null
        and p.product_id is not null and p.base is not null
),

pooled as (
    select
        p.period_role,
        p.measure,
        p.scope_id,
        p.product_id,
        p.company_id,
        p.base,
        p.low,
        p.high,
        p.tier,
        p.tier_rank,
        p.origins,
        p.period_basis,
        p.fact_ids,
        p.bound_fact_ids
    from core.pooled as p
    where p.moment = 'now' and p.kind = 'share' and p.measure in ('market', 'role') and p.base is not null
),

stated as (
    select
        l.period_role,
        l.company_id,
        l.product_id,
        l.programme_id,
        l.family_id,
        -- What was counted afterwards beats what was forecast of it, of however narrow a scope.
        s.scope_level - case when c.is_actual then 3 else 0 end as preference,
        'counted_units' as share_basis,
        c.scope_id,
        c.share,
        c.share_low,
        c.share_high,
        c.tier,
        c.tier_rank,
        c.origins,
        c.period_basis,
        c.fact_ids,
        coalesce(c.bound_fact_ids, cast([] as varchar[])) as bound_fact_ids
    from link as l
    inner join core.scope_programme as s on s.programme_id = l.programme_id
    inner join counted as c
        on
            c.scope_id = s.scope_id and c.period_role = l.period_role and c.company_id = l.company_id
            and c.product_id = l.product_id
    union all
    select
        l.period_role,
        l.company_id,
        l.product_id,
        l.programme_id,
        l.family_id,
        10 + s.scope_level as preference,
        case s.scope_level when 1 then 'programme' when 2 then 'scope' else 'family' end as share_basis,
        v.scope_id,
        v.share,
        v.share_low,
        v.share_high,
        v.tier,
        v.tier_rank,
        v.origins,
        v.period_basis,
        v.fact_ids,
        v.bound_fact_ids
    from link as l
    inner join core.scope_programme as s on s.programme_id = l.programme_id
    inner join core.share_vector as v
        on
            v.scope_id = s.scope_id and v.period_role = l.period_role and v.company_id = l.company_id
            and v.product_id = l.product_id
    union all
    select
        l.period_role,
        l.company_id,
        l.product_id,
        l.programme_id,
        l.family_id,
        20 as preference,
        'market' as share_basis,
        p.scope_id,
        p.base as share,
        p.low as share_low,
        p.high as share_high,
        p.tier,
        p.tier_rank,
        p.origins,
        p.period_basis,
        p.fact_ids,
        coalesce(p.bound_fact_ids, cast([] as varchar[])) as bound_fact_ids
    from link as l
    inner join pooled as p
        on
            p.measure = 'market' and p.period_role = l.period_role and p.company_id = l.company_id
            and p.product_id = l.product_id
),

best_stated as (
    select
        s.*,
        row_number() over (
            partition by s.period_role, s.company_id, s.product_id, s.programme_id
            order by s.preference, s.tier_rank, s.scope_id
        ) as place
    from stated as s
),

left_over as (
    select
        b.period_role,
        b.product_id,
        b.programme_id,
        cast(greatest(1 - sum(cast(b.share as decimal(38, 15))), 0) as double) as residual
    from best_stated as b
    where b.place = 1
    group by b.period_role, b.product_id, b.programme_id
),

role as (
    select
        l.period_role,
        l.company_id,
        l.product_id,
        l.programme_id,
        l.family_id,
        p.scope_id,
        p.base as weight,
        p.low as weight_low,
        p.high as weight_high,
        p.tier,
        p.tier_rank,
        p.origins,
        p.period_basis,
        p.fact_ids,
        row_number() over (
            partition by l.period_role, l.company_id, l.product_id, l.programme_id
            order by s.scope_level, p.tier_rank, p.scope_id
        ) as place
    from link as l
    inner join core.scope_programme as s on s.programme_id = l.programme_id
    inner join pooled as p
        on
            p.measure = 'role' and p.scope_id = s.scope_id and p.period_role = l.period_role
            and p.company_id = l.company_id and p.product_id = l.product_id
    left join best_stated as b
        on
            b.period_role = l.period_role and b.company_id = l.company_id and b.product_id = l.product_id
            and b.programme_id = l.programme_id and b.place = 1
    where b.company_id is null
),

role_share as (
    select
        r.*,
        coalesce(o.residual, 1) as residual,
        cast(greatest(sum(cast(r.weight as decimal(38, 15))) over (partition by r.period_role, r.product_id, r.programme_id), 1) as double)
            as weight_total
    from role as r
    left join left_over as o
        on o.period_role = r.period_role and o.product_id = r.product_id and o.programme_id = r.programme_id
    where r.place = 1
)

select
    b.period_role,
    b.company_id,
    b.product_id,
    b.programme_id,
    b.family_id,
    b.share_basis,
    b.scope_id as share_scope_id,
    b.share as supply_share,
    coalesce(b.share_low, 0) as supply_share_low,
    -- Units that may have been none leave a counted share open upwards: all of them, at most.
    least(coalesce(b.share_high, 1), greatest(b.share, 1)) as supply_share_high,
    b.tier,
    b.tier_rank,
    b.origins,
    b.period_basis,
    cast(null as double) as role_weight,
    cast(null as double) as role_residual,
    cast(null as double) as role_weight_total,
    b.fact_ids,
    b.bound_fact_ids
from best_stated as b
where b.place = 1
union all
select
    r.period_role,
    r.company_id,
    r.product_id,
    r.programme_id,
    r.family_id,
    'role' as share_basis,
    r.scope_id as share_scope_id,
    r.weight * r.residual / r.weight_total as supply_share,
    r.weight_low * r.residual / r.weight_total as supply_share_low,
    r.weight_high * r.residual / r.weight_total as supply_share_high,
    'assumption' as tier,
    tier.rank as tier_rank,
    r.origins,
    r.period_basis,
    r.weight as role_weight,
    r.residual as role_residual,
    r.weight_total as role_weight_total,
    r.fact_ids,
    cast([] as varchar[]) as bound_fact_ids
from role_share as r
inner join raw.tiers as tier on tier.tier = 'assumption'

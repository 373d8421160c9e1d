-- is: A company's sales at the horizon that its programme revenue is set against: consensus, else base year plus the programmes' change.
-- grain: company_id
with parameter as (
    select
        max(p.value) filter (where p.parameter = 'material_part') as material_part,
        max(p.value) filter (where p.parameter = 'unknown_base_part') as unknown_base_part
    from raw.parameters as p
),

family as (
    select
        r.company_id,
        r.family_id,
        sum(cast(r.programme_revenue_usd as decimal(38, 9))) filter (where r.period_role = 'horizon') as horizon_usd,
        sum(cast(r.programme_revenue_usd_low as decimal(38, 9))) filter (where r.period_role = 'horizon') as horizon_usd_low,
        sum(cast(r.programme_revenue_usd_high as decimal(38, 9))) filter (where r.period_role = 'horizon') as horizon_usd_high,
        case
            when max(g.gap_part) is null or bool_or(r.method = 'disclosed') filter (where r.period_role = 'base')
                then sum(cast(r.programme_revenue_usd as decimal(38, 9))) filter (where r.period_role = 'base')
        end as base_usd,
        sum(cast(r.programme_revenue_usd as decimal(38, 9))) filter (where r.period_role = 'prior') as prior_usd
    from core.programme_revenue as r
    left join core.base_gap as g on g.company_id = r.company_id and g.family_id = r.family_id
    where r.chosen
    group by r.company_id, r.family_id
),

total as (
    select
        f.company_id,
        cast(sum(f.horizon_usd) as double) * parameter.material_part as material_usd
    from family as f
    cross join parameter
    group by f.company_id, parameter.material_part
),

programmes as (
    select
        f.company_id,
        cast(sum(f.horizon_usd) as double) as horizon_usd,
        cast(sum(f.horizon_usd_low) as double) as horizon_usd_low,
        cast(sum(f.horizon_usd_high) as double) as horizon_usd_high,
        cast(sum(f.prior_usd) as double) as prior_usd,
        -- Nothing is said of the base year: it lies between nothing and the horizon's figure.
        cast(
            sum(coalesce(f.base_usd, cast(cast(f.horizon_usd as double) * parameter.unknown_base_part as decimal(38, 9)))) as double
        ) as base_usd_filled,
        bool_or(f.base_usd is null and f.horizon_usd >= total.material_usd) as base_is_bounded
    from family as f
    inner join total on total.company_id = f.company_id
    cross join parameter
    where f.horizon_usd is not null
    group by f.company_id
),

revenue as (
    select
        r.company_id,
        max(r.revenue_usd) filter (where r.period_role = 'horizon') as horizon_usd,
        max(r.revenue_usd_low) filter (where r.period_role = 'horizon') as horizon_usd_low,
        max(r.revenue_usd_high) filter (where r.period_role = 'horizon') as horizon_usd_high,
        max(r.revenue_usd) filter (where r.period_role = 'base') as base_usd,
        max(r.revenue_basis) filter (where r.period_role = 'base') as base_basis,
        max(r.revenue_basis) filter (where r.period_role = 'horizon') as horizon_basis,
        -- Sales of a year before hold an unknown part of the base year's programmes: between none and all of them.
        case when max(r.revenue_basis) filter (where r.period_role = 'base') = 'stale' then parameter.unknown_base_part else 1 end as base_part,
        coalesce(max(r.fact_ids) filter (where r.period_role = 'horizon'), cast([] as varchar[])) as horizon_fact_ids,
        coalesce(max(r.fact_ids) filter (where r.period_role = 'base'), cast([] as varchar[])) as base_fact_ids
    from core.company_revenue as r
    cross join parameter
    group by r.company_id, parameter.unknown_base_part
)

select
    p.company_id,
    case
        when r.horizon_usd is not null then 'consensus'
        when r.base_usd is null then null
        when p.base_is_bounded or r.base_basis = 'stale' then 'implied-bounded'
        else 'implied'
    end as denominator,
    coalesce(r.horizon_usd, r.base_usd + p.horizon_usd - p.base_usd_filled * r.base_part) as company_revenue_usd,
    coalesce(r.horizon_usd_low, r.base_usd + p.horizon_usd_low - p.base_usd_filled * r.base_part) as company_revenue_usd_low,
    coalesce(r.horizon_usd_high, r.base_usd + p.horizon_usd_high - p.base_usd_filled * r.base_part) as company_revenue_usd_high,
    case when r.horizon_basis <> 'reported' then r.horizon_usd end as consensus_revenue_usd,
    r.base_usd as base_revenue_usd,
    r.base_basis as base_revenue_basis,
    r.horizon_basis as horizon_revenue_basis,
    p.horizon_usd as programme_revenue_usd,
    p.horizon_usd_low as programme_revenue_usd_low,
    p.horizon_usd_high as programme_revenue_usd_high,
    case when not p.base_is_bounded then p.base_usd_filled end as programme_revenue_base_usd,
    p.base_usd_filled as programme_revenue_base_usd_filled,
    p.prior_usd as programme_revenue_prior_usd,
    p.base_is_bounded,
    case when r.horizon_usd is not null then r.horizon_fact_ids else r.base_fact_ids end as fact_ids,
    r.base_fact_ids
from programmes as p
left join revenue as r on r.company_id = p.company_id

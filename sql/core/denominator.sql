-- is: A company's sales at the horizon that its programme revenue is set against: consensus, else base year plus the programmes' change, and never less than the run rate.
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
),

expected as (
    select
        p.company_id,
        p.horizon_usd as programmes_usd,
        p.horizon_usd_low as programmes_usd_low,
        p.horizon_usd_high as programmes_usd_high,
        p.prior_usd as programmes_prior_usd,
        p.base_usd_filled,
        p.base_is_bounded,
        r.horizon_usd as stated_usd,
        r.base_usd,
        r.base_usd + p.horizon_usd - p.base_usd_filled * r.base_part as flat_usd,
        r.base_basis,
        r.horizon_basis,
        r.horizon_fact_ids,
        r.base_fact_ids,
        coalesce(r.horizon_usd, r.base_usd + p.horizon_usd - p.base_usd_filled * r.base_part) as sales_usd,
        coalesce(r.horizon_usd_low, r.base_usd + p.horizon_usd_low - p.base_usd_filled * r.base_part) as sales_usd_low,
        coalesce(r.horizon_usd_high, r.base_usd + p.horizon_usd_high - p.base_usd_filled * r.base_part) as sales_usd_high
    from programmes as p
    left join revenue as r on r.company_id = p.company_id
),

-- What was reported of the year, carried on at its pace, overtakes a forecast, or a flat rest, that lies below it.
overtaken as (
    select
        e.*,
        rate.revenue_usd as rate_usd,
        rate.revenue_usd_low as rate_usd_low,
        rate.revenue_usd_high as rate_usd_high,
        rate.fact_id as rate_fact_id,
        coalesce(rate.revenue_usd > e.sales_usd and e.horizon_basis is distinct from 'reported', false) as is_overtaken
    from expected as e
    left join core.run_rate as rate on rate.company_id = e.company_id
)

select
    o.company_id,
    case
        when o.is_overtaken then 'run-rate'
        when o.stated_usd is not null then 'consensus'
        when o.base_usd is null then null
        when o.base_is_bounded or o.base_basis = 'stale' then 'implied-bounded'
        else 'implied'
    end as denominator,
    case when o.is_overtaken then o.rate_usd else o.sales_usd end as company_revenue_usd,
    case when o.is_overtaken then o.rate_usd_low else o.sales_usd_low end as company_revenue_usd_low,
    case when o.is_overtaken then o.rate_usd_high else o.sales_usd_high end as company_revenue_usd_high,
    case when o.horizon_basis <> 'reported' then o.stated_usd end as consensus_revenue_usd,
    o.flat_usd as flat_revenue_usd,
    o.base_usd as base_revenue_usd,
    o.base_basis as base_revenue_basis,
    o.horizon_basis as horizon_revenue_basis,
    o.programmes_usd as programme_revenue_usd,
    o.programmes_usd_low as programme_revenue_usd_low,
    o.programmes_usd_high as programme_revenue_usd_high,
    case when not o.base_is_bounded then o.base_usd_filled end as programme_revenue_base_usd,
    o.base_usd_filled as programme_revenue_base_usd_filled,
    o.programmes_prior_usd as programme_revenue_prior_usd,
    o.base_is_bounded,
    case
        when o.is_overtaken then [o.rate_fact_id]
        when o.stated_usd is not null then o.horizon_fact_ids
        else o.base_fact_ids
    end as fact_ids,
    o.base_fact_ids
from overtaken as o

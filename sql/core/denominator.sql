-- is: The sales at the horizon that a company's programme revenue is set against, and how they are known.
-- grain: company_id
with parameter as (
    select p.value as unknown_base_part from raw.parameters as p where p.parameter = 'unknown_base_part'
),

-- Without a forecast, the base year's other business is held flat.
expected as (
    select
        p.*, base.revenue_usd as base_revenue_usd, base.revenue_basis as base_revenue_basis,
        coalesce(base.fact_ids, []) as base_fact_ids,
        -- Sales of a year before hold an unknown part of the base year's programmes: between none and all of them.
        p.programme_revenue_base_usd_filled
        * case when base.revenue_basis = 'stale' then parameter.unknown_base_part else 1 end as held_usd,
        horizon.revenue_usd, horizon.revenue_usd_low, horizon.revenue_usd_high,
        case when horizon.revenue_basis <> 'reported' then horizon.expected_revenue_usd end as consensus_revenue_usd,
        horizon.revenue_basis as horizon_revenue_basis, coalesce(horizon.is_bound, false) as is_bound,
        rate.revenue_usd as rate_usd, rate.revenue_usd_low as rate_usd_low, rate.revenue_usd_high as rate_usd_high,
        rate.reach_usd, coalesce(rate.fact_ids, []) as rate_fact_ids, rate.node_id as reported_node_id,
        base.bound_node_id as base_sales_node_id,
        case when horizon.revenue_usd is not null then horizon.bound_node_id end as sales_node_id,
        horizon.node_id as expected_node_id,
        p.node_id as revenue_node_id, p.base_node_id as base_revenue_node_id,
        case when base.revenue_basis = 'stale' then parameter.unknown_base_part else 1 end as held_part,
        coalesce(horizon.fact_ids, []) as horizon_fact_ids
    from core.family_revenue as p
    cross join parameter
    left join core.company_revenue as base on base.company_id = p.company_id and base.period_role = 'base'
    left join core.company_revenue as horizon on horizon.company_id = p.company_id and horizon.period_role = 'horizon'
    left join core.run_rate as rate on rate.company_id = p.company_id and rate.period_role = 'horizon'
    where p.selection = 'all' and p.family_id is null
),

held as (
    select
        e.*,
        e.base_revenue_usd + e.programme_revenue_usd - e.held_usd as flat_usd,
        e.base_revenue_usd + e.programme_revenue_usd_low - e.held_usd as flat_usd_low,
        e.base_revenue_usd + e.programme_revenue_usd_high - e.held_usd as flat_usd_high
    from expected as e
),

-- What was reported of the year leaves no more than its reach; where the base year is unknown, nothing is known.
flat as (
    select
        h.*, case when h.flat_usd > h.reach_usd then h.reach_usd else h.flat_usd end as flat_revenue_usd,
        case when h.flat_usd_low > h.reach_usd then h.reach_usd else h.flat_usd_low end as flat_revenue_usd_low,
        case when h.flat_usd_high > h.reach_usd then h.reach_usd else h.flat_usd_high end as flat_revenue_usd_high,
        h.flat_usd > h.reach_usd as is_out_of_reach
    from held as h
),

sold as (
    select
        f.*, coalesce(f.revenue_usd, f.flat_revenue_usd) as sales_usd,
        coalesce(f.revenue_usd_low, f.flat_revenue_usd_low) as sales_usd_low,
        coalesce(f.revenue_usd_high, f.flat_revenue_usd_high) as sales_usd_high
    from flat as f
),

-- Reported sales of a part of the year, at their pace, overtake a flat rest that lies below them.
overtaken as (
    select
        s.*,
        case
            when s.rate_usd is not null and coalesce(s.horizon_revenue_basis, '') <> 'reported' then s.reported_node_id
        end as rate_node_id,
        coalesce(s.rate_usd > s.sales_usd and s.horizon_revenue_basis is distinct from 'reported', false)
            as is_overtaken
    from sold as s
)

select
    o.company_id,
    case
        when o.is_overtaken or o.is_bound or o.revenue_usd is null and o.is_out_of_reach then 'run-rate'
        when o.revenue_usd is not null then 'consensus'
        when o.base_revenue_usd is null then null
        when o.programme_revenue_base_usd is null or o.base_revenue_basis = 'stale' then 'implied-bounded'
        else 'implied'
    end as denominator,
    case when o.is_overtaken then o.rate_usd else o.sales_usd end as company_revenue_usd,
    case when o.is_overtaken then o.rate_usd_low else o.sales_usd_low end as company_revenue_usd_low,
    case when o.is_overtaken then o.rate_usd_high else o.sales_usd_high end as company_revenue_usd_high,
    o.consensus_revenue_usd,
    case
        when o.base_revenue_basis <> 'stale'
            then
                (o.programme_revenue_usd - o.programme_revenue_base_usd) / o.base_revenue_usd
                - (o.consensus_revenue_usd / o.base_revenue_usd - 1)
    end as expectation_gap,
    o.flat_revenue_usd, o.reach_usd as ceiling_usd, o.base_revenue_usd, o.base_revenue_basis,
    o.programme_revenue_usd, o.programme_revenue_usd_low, o.programme_revenue_usd_high,
    o.programme_revenue_base_usd, o.programme_revenue_base_usd_filled,
    case
        when o.is_overtaken then o.rate_fact_ids
        when o.revenue_usd is not null then o.horizon_fact_ids
        else o.base_fact_ids
    end as fact_ids,
    o.base_fact_ids, o.expected_node_id, o.base_sales_node_id, o.sales_node_id, o.revenue_node_id,
    o.base_revenue_node_id, o.held_part,
    concat_ws('/', 'company_revenue', o.company_id, question.horizon) as node_id,
    list_filter(
        [
            coalesce(o.sales_node_id, concat_ws('/', 'flat', o.company_id, question.horizon)), o.rate_node_id,
            concat_ws('/', 'least_sales', o.company_id, question.horizon)
        ],
        lambda x: x is not null
    ) as children
from overtaken as o
cross join core.question as question

-- is: Programme revenue of a company by every method side by side; `chosen` marks the one that the better evidence speaks for.
-- grain: period_role, company_id, via_company_id, product_id, programme_id, method
with parameter as (
    select p.value as material_part
    from raw.parameters as p
    where p.parameter = 'material_part'
),

total as (
    select
        b.company_id,
        b.family_id,
        sum(cast(b.revenue_usd as decimal(38, 9))) as usd
    from core.bottom_up as b
    where b.counted and b.period_role = 'horizon'
    group by b.company_id, b.family_id
),

candidate as (
    select
        b.company_id,
        b.family_id,
        'bottom_up' as method,
        2 as method_order,
        coalesce(max(b.assumed_inputs + cast(b.circular as integer)) filter (
            where b.revenue_usd >= parameter.material_part * total.usd and total.usd > 0
        ), 0) as weak_inputs,
        max(b.tier_rank) as tier_rank
    from core.bottom_up as b
    inner join total on total.company_id = b.company_id and total.family_id = b.family_id
    cross join parameter
    where b.counted and b.period_role = 'horizon'
    group by b.company_id, b.family_id
    union all
    select
        d.company_id,
        d.family_id,
        d.method,
        case d.method when 'disclosed' then 1 else 3 end as method_order,
        d.assumed_inputs as weak_inputs,
        d.tier_rank
    from core.disclosed as d
    where d.period_role = 'horizon'
),

choice as (
    select
        c.company_id,
        c.family_id,
        arg_min(c.method, row(c.weak_inputs, c.tier_rank, c.method_order)) as method
    from candidate as c
    group by c.company_id, c.family_id
),

known as (
    select
        b.period_role,
        b.company_id,
        b.family_id,
        'bottom_up' as method
    from core.bottom_up as b
    where b.counted
    union
    select
        d.period_role,
        d.company_id,
        d.family_id,
        d.method
    from core.disclosed as d
),

-- The years before follow the horizon's method where they can, so that a change of method does not look like growth.
followed as (
    select
        t.period_role,
        c.company_id,
        c.family_id,
        c.method as horizon_method,
        case
            when t.period_role = 'horizon' or known.method is not null then c.method
            when stated.method is not null then 'disclosed'
            else 'bottom_up'
        end as method
    from choice as c
    cross join core.year as t
    left join known
        on
            known.period_role = t.period_role and known.company_id = c.company_id and known.family_id = c.family_id
            and known.method = 'bottom_up' and c.method = 'bottom_up'
    left join known as stated
        on
            stated.period_role = t.period_role and stated.company_id = c.company_id and stated.family_id = c.family_id
            and stated.method = 'disclosed'
),

disclosed_scope as (
    select
        f.period_role,
        f.company_id,
        f.family_id,
        s.programme_id
    from followed as f
    inner join core.disclosed as d
        on
            d.period_role = f.period_role and d.company_id = f.company_id and d.family_id = f.family_id
            and d.method = f.method
    inner join core.scope_programme as s on s.scope_id = d.scope_id
),

united as (
    select
        b.period_role,
        b.year,
        b.company_id,
        b.via_company_id,
        b.family_id,
        b.programme_id,
        b.product_id,
        'bottom_up' as method,
        scope.programme_id is null as chosen,
        b.revenue_usd,
        b.revenue_usd_low,
        b.revenue_usd_high,
        b.units,
        b.units_basis,
        b.units_tier,
        b.content_value_usd,
        b.content_basis,
        b.content_tier,
        b.content_period_basis,
        b.supply_share,
        b.share_basis,
        b.share_tier,
        b.share_period_basis,
        cast(null as double) as disclosed_value,
        cast(null as double) as unit_growth,
        b.assumed_inputs,
        b.rumoured_inputs,
        b.share_is_rumour,
        b.circular,
        b.tier_rank,
        b.origins,
        b.units_fact_ids,
        b.content_fact_ids,
        b.share_fact_ids,
        list_sort(list_distinct(list_concat(b.share_bound_fact_ids, b.link_fact_ids))) as other_fact_ids
    from core.bottom_up as b
    left join disclosed_scope as scope
        on
            scope.period_role = b.period_role and scope.company_id = b.company_id
            and scope.programme_id = b.programme_id
    where b.counted
    union all
    select
        d.period_role,
        t.year,
        d.company_id,
        cast(null as varchar) as via_company_id,
        d.family_id,
        d.programme_id,
        cast(null as varchar) as product_id,
        d.method,
        f.method is not null as chosen,
        d.revenue_usd,
        d.revenue_usd_low,
        d.revenue_usd_high,
        cast(null as double) as units,
        cast(null as varchar) as units_basis,
        cast(null as varchar) as units_tier,
        cast(null as double) as content_value_usd,
        cast(null as varchar) as content_basis,
        cast(null as varchar) as content_tier,
        cast(null as varchar) as content_period_basis,
        cast(null as double) as supply_share,
        d.measure as share_basis,
        d.tier as share_tier,
        cast(null as varchar) as share_period_basis,
        d.stated as disclosed_value,
        d.unit_growth,
        d.assumed_inputs,
        cast(d.is_rumour as integer) as rumoured_inputs,
        d.is_rumour as share_is_rumour,
        false as circular,
        d.tier_rank,
        d.origins,
        d.units_fact_ids,
        cast([] as varchar[]) as content_fact_ids,
        d.fact_ids as share_fact_ids,
        coalesce(d.revenue_fact_ids, cast([] as varchar[])) as other_fact_ids
    from core.disclosed as d
    inner join core.year as t on t.period_role = d.period_role
    left join followed as f
        on
            f.period_role = d.period_role and f.company_id = d.company_id and f.family_id = d.family_id
            and f.method = d.method
)

select
    u.period_role,
    u.year,
    u.company_id,
    u.via_company_id,
    u.family_id,
    u.programme_id,
    u.product_id,
    u.method,
    u.chosen,
    u.revenue_usd as programme_revenue_usd,
    u.revenue_usd_low as programme_revenue_usd_low,
    u.revenue_usd_high as programme_revenue_usd_high,
    u.units,
    u.units_basis,
    u.units_tier,
    u.content_value_usd,
    u.content_basis,
    u.content_tier,
    u.content_period_basis,
    u.supply_share,
    u.share_basis,
    u.share_tier,
    u.share_period_basis,
    u.disclosed_value,
    u.unit_growth,
    u.assumed_inputs,
    u.rumoured_inputs,
    u.share_is_rumour,
    u.circular,
    u.tier_rank,
    u.origins,
    u.units_fact_ids,
    u.content_fact_ids,
    u.share_fact_ids,
    u.other_fact_ids
from united as u

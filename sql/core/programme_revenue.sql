-- is: What a programme brings a company, by every method side by side; `chosen` marks the method that counts.
-- grain: period_role, company_id, via_company_id, product_id, programme_id, method
with counted_family as (
    select distinct b.period_role, b.company_id, b.family_id from core.bottom_up as b where b.counted
),

-- The years before follow the horizon's method where they can, so that a change of method does not look like growth.
stated as (
    select
        d.*,
        choice.method is not null and case
            when d.period_role = 'horizon' then choice.method = d.method
            else choice.method <> 'bottom_up' or c.family_id is null
        end as chosen
    from core.disclosed as d
    inner join core.year as t on t.period_role = d.period_role
    left join core.method_choice as choice on choice.company_id = d.company_id and choice.family_id = d.family_id
    left join counted_family as c
        on c.period_role = d.period_role and c.company_id = d.company_id and c.family_id = d.family_id
),

-- Programmes of which a chosen statement speaks: bottom-up they would be counted again.
stated_programme as (
    select s.period_role, s.company_id, scope.programme_id
    from stated as s
    inner join core.scope_programme as scope on scope.scope_id = s.scope_id
    where s.chosen
),

united as (
    select
        b.period_role, b.year, b.company_id, b.via_company_id, b.family_id, b.programme_id, b.product_id,
        'bottom_up' as method, s.programme_id is null as chosen, b.revenue_usd as programme_revenue_usd,
        b.revenue_usd_low as programme_revenue_usd_low, b.revenue_usd_high as programme_revenue_usd_high,
        b.units, b.units_basis, b.units_tier,
        b.content_value_usd, b.content_basis, b.content_tier, b.content_period_basis,
        b.supply_share, b.share_basis, b.share_tier, b.share_period_basis,
        cast(null as double) as disclosed_value, cast(null as double) as unit_growth,
        b.assumed_inputs, b.rumoured_inputs, b.circular, b.tier_rank, b.origins,
        b.node_id, b.units_fact_ids, b.content_fact_ids, b.share_fact_ids,
        list_sort(list_distinct(list_concat(
            coalesce(b.share_bound_fact_ids, []), coalesce(b.link_fact_ids, [])
        ))) as other_fact_ids
    from core.bottom_up as b
    left join stated_programme as s
        on s.period_role = b.period_role and s.company_id = b.company_id and s.programme_id = b.programme_id
    where b.counted
    union all
    select
        s.period_role, s.year, s.company_id, null as via_company_id, s.family_id, s.programme_id, null as product_id,
        s.method, s.chosen, s.revenue_usd, s.revenue_usd_low, s.revenue_usd_high,
        null as units, null as units_basis, null as units_tier,
        null as content_value_usd, null as content_basis, null as content_tier, null as content_period_basis,
        null as supply_share, s.measure as share_basis, s.tier as share_tier, null as share_period_basis,
        s.stated as disclosed_value, s.unit_growth,
        s.assumed_inputs, cast(s.is_rumour as integer) as rumoured_inputs, false as circular,
        s.tier_rank, s.origins, s.node_id, s.units_fact_ids, cast([] as varchar[]) as content_fact_ids,
        s.fact_ids as share_fact_ids, coalesce(s.revenue_fact_ids, []) as other_fact_ids
    from stated as s
),

answer as (
    select
        u.*, list_distinct(list_concat(
            coalesce(u.units_fact_ids, []), coalesce(u.content_fact_ids, []),
            coalesce(u.share_fact_ids, []), coalesce(u.other_fact_ids, [])
        )) as fact_ids
    from united as u
)

select a.* from answer as a

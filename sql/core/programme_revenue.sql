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

-- A parent's own terms on a family hold all of the group, but for a child whose terms stand beside them.
held as (
    select b.period_role, b.company_id, b.family_id
    from core.bottom_up as b
    where b.via_company_id is null and b.counted
    group by b.period_role, b.company_id, b.family_id
),

beside as (
    select b.period_role, b.company_id, b.via_company_id, b.family_id
    from core.bottom_up as b
    where b.via_company_id is not null and b.counted_within is null
    group by b.period_role, b.company_id, b.via_company_id, b.family_id
),

-- What a consolidated child states enters its parent unchanged.
claimant as (
    select
        s.period_role, s.company_id as stated_company_id, s.company_id, cast(null as varchar) as via_company_id,
        s.family_id, s.method, s.chosen
    from stated as s
    union all
    select
        m.period_role, s.company_id as stated_company_id, m.group_id as company_id, s.company_id as via_company_id,
        s.family_id, s.method, true as chosen
    from stated as s
    inner join core.group_member as m
        on m.period_role = s.period_role and m.company_id = s.company_id and m.levels_up > 0
    left join held as h
        on h.period_role = m.period_role and h.company_id = m.group_id and h.family_id = s.family_id
    left join beside as b
        on
            b.period_role = m.period_role and b.company_id = m.group_id and b.via_company_id = s.company_id
            and b.family_id = s.family_id
    where s.chosen and (h.family_id is null or b.family_id is not null)
),

united as (
    select
        b.period_role, b.year, b.company_id, b.via_company_id, b.family_id, b.programme_id, b.product_id,
        'bottom_up' as method, s.programme_id is null and child.programme_id is null as chosen,
        b.revenue_usd as programme_revenue_usd,
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
    left join stated_programme as child
        on
            child.period_role = b.period_role and child.company_id = b.via_company_id
            and child.programme_id = b.programme_id
    where b.counted
    union all
    select
        s.period_role, s.year, c.company_id, c.via_company_id, s.family_id, part.programme_id, null as product_id,
        s.method, c.chosen and own.programme_id is null,
        s.revenue_usd * part.part, s.revenue_usd_low * part.part, s.revenue_usd_high * part.part,
        null as units, null as units_basis, null as units_tier,
        null as content_value_usd, null as content_basis, null as content_tier, null as content_period_basis,
        null as supply_share, s.measure as share_basis, s.tier as share_tier, null as share_period_basis,
        s.stated as disclosed_value, s.unit_growth,
        s.assumed_inputs, cast(s.is_rumour as integer) as rumoured_inputs, false as circular,
        s.tier_rank, s.origins, part.node_id, s.units_fact_ids, cast([] as varchar[]) as content_fact_ids,
        s.fact_ids as share_fact_ids, coalesce(s.revenue_fact_ids, []) as other_fact_ids
    from claimant as c
    inner join stated as s
        on
            s.period_role = c.period_role and s.company_id = c.stated_company_id and s.family_id = c.family_id
            and s.method = c.method
    inner join core.stated_part as part
        on
            part.period_role = s.period_role and part.company_id = s.company_id and part.family_id = s.family_id
            and part.method = s.method
    left join stated_programme as own
        on
            own.period_role = c.period_role and own.company_id = c.company_id and c.via_company_id is not null
            and own.programme_id = part.programme_id
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

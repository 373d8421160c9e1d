-- is: What a source says that a programme brings a company: sales of the year, or the base year's rolled forward.
-- grain: period_role, company_id, family_id
with family_of as (
    select
        s.scope_id, min(s.family_id) as family_id, max(s.scope_level) as scope_level,
        case when count(*) = 1 then min(s.programme_id) end as programme_id
    from core.scope_programme as s
    group by s.scope_id
    having count(distinct s.family_id) = 1
),

-- A source states dollars, or a part of the company's sales of that year.
stated as (
    select
        p.period_role, p.company_id, p.scope_id, f.family_id, f.scope_level, f.programme_id, p.measure,
        p.base as stated, p.low as stated_low, p.high as stated_high, p.tier, p.tier_rank, p.origins, p.fact_ids,
        p.year,
        list_filter(
            [
                p.node_id, case when p.measure = 'programme_share' then r.bound_node_id end,
                case
                    when p.measure = 'programme_revenue' and r.is_bound
                        then concat_ws('/', 'reached', p.company_id, p.year)
                end
            ],
            lambda x: x is not null
        ) as children,
        case when p.measure = 'programme_share' then r.revenue_usd end as company_revenue_usd,
        case when p.measure = 'programme_share' then r.fact_ids end as revenue_fact_ids,
        -- Money that was expected of a programme shrinks with sales that the year cannot reach any more.
        case
            when p.measure = 'programme_share' then r.revenue_usd
            when r.is_bound then r.revenue_usd / r.expected_revenue_usd
            else 1
        end as usd_per_stated
    from core.pooled as p
    inner join family_of as f on f.scope_id = p.scope_id
    left join core.company_revenue as r
        on r.company_id = p.company_id and r.period_role = p.period_role and r.revenue_basis <> 'stale'
    where p.kind = 'disclosed' and p.measure in ('programme_share', 'programme_revenue') and p.base is not null
),

ordered as (
    select
        s.*, s.stated * s.usd_per_stated as revenue_usd, s.stated_low * s.usd_per_stated as revenue_usd_low,
        s.stated_high * s.usd_per_stated as revenue_usd_high,
        row_number() over (
            partition by s.period_role, s.company_id, s.family_id
            order by s.tier_rank, s.scope_level desc, s.measure, s.scope_id
        ) as place
    from stated as s
    where s.usd_per_stated is not null
),

best as (
    select o.*, coalesce(o.programme_id, p.programme_id) as counted_programme_id
    from ordered as o
    inner join raw.programmes as p on p.family_id = o.family_id and p.unallocated
    where o.place = 1
),

scope_units as (
    select
        f.period_role, f.family_id as scope_id, f.units, f.units_low, f.units_high, f.tier, f.tier_rank, f.fact_ids,
        f.node_id
    from core.family_units as f
    union all
    select
        u.period_role, u.programme_id, u.units, u.units_low, u.units_high, u.tier, u.tier_rank, u.fact_ids, u.node_id
    from core.programme_units as u
),

rolled as (
    select
        b.*, h.units / nullif(u.units, 0) as unit_growth, [h.node_id, u.node_id] as growth_children,
        sqrt(
            power(ln(h.units / nullif(h.units_low, 0)), 2) + power(ln(u.units_high / nullif(u.units, 0)), 2)
        ) as growth_down,
        -- A base year that may have had no units leaves growth without an upper end: its own range is left out then.
        sqrt(
            power(ln(h.units_high / nullif(h.units, 0)), 2)
            + coalesce(power(ln(u.units / nullif(u.units_low, 0)), 2), 0)
        ) as growth_up,
        -- As weak as the weakest of the statement and the units that roll it forward.
        case
            when b.tier_rank >= greatest(h.tier_rank, u.tier_rank) then b.tier
            when h.tier_rank >= u.tier_rank then h.tier
            else u.tier
        end as weakest_tier,
        greatest(b.tier_rank, h.tier_rank, u.tier_rank) as weakest_tier_rank,
        cast(b.tier = 'assumption' as integer)
        + cast(h.tier = 'assumption' or u.tier = 'assumption' as integer) as assumed_inputs,
        list_sort(list_distinct(list_concat(coalesce(h.fact_ids, []), coalesce(u.fact_ids, [])))) as units_fact_ids
    from best as b
    inner join scope_units as u on u.period_role = 'base' and u.scope_id = b.scope_id
    inner join scope_units as h on h.period_role = 'horizon' and h.scope_id = b.scope_id
    left join best as known
        on known.company_id = b.company_id and known.family_id = b.family_id and known.period_role = 'horizon'
    where b.period_role = 'base' and known.company_id is null
),

united as (
    select
        b.period_role, b.company_id, b.family_id, b.scope_id, b.counted_programme_id as programme_id,
        'disclosed' as method, b.measure, b.stated, b.company_revenue_usd, cast(null as double) as unit_growth,
        b.revenue_usd * coalesce(t.pass_through, 1) as revenue_usd,
        case when t.node_id is null then b.revenue_usd_low else coalesce(b.revenue_usd * t.pass_through * exp(-sqrt(
            power(ln(b.revenue_usd / nullif(b.revenue_usd_low, 0)), 2)
            + power(ln(t.pass_through / nullif(t.pass_through_low, 0)), 2)
        )), 0) end as revenue_usd_low,
        coalesce(b.revenue_usd * t.pass_through * exp(sqrt(
            power(ln(b.revenue_usd_high / nullif(b.revenue_usd, 0)), 2)
            + power(ln(t.pass_through_high / nullif(t.pass_through, 0)), 2)
        )), b.revenue_usd_high) as revenue_usd_high,
        cast(b.tier = 'assumption' as integer) as assumed_inputs, b.tier = 'rumour' as is_rumour,
        b.tier, b.tier_rank, b.origins, b.fact_ids, b.revenue_fact_ids, cast([] as varchar[]) as units_fact_ids,
        b.year,
        list_concat(coalesce(b.children, []), list_filter([t.node_id], lambda x: x is not null)) as children,
        cast(null as varchar[]) as growth_children
    from best as b
    left join core.pass_through as t
        on t.period_role = b.period_role and t.scope_id = b.scope_id and b.period_role = 'horizon'
    union all
    select
        'horizon' as period_role, r.company_id, r.family_id, r.scope_id, r.counted_programme_id as programme_id,
        'roll_forward' as method, r.measure, r.stated, r.company_revenue_usd, r.unit_growth,
        r.revenue_usd * r.unit_growth as revenue_usd,
        coalesce(r.revenue_usd * r.unit_growth * exp(-sqrt(
            power(r.growth_down, 2) + power(ln(r.revenue_usd / nullif(r.revenue_usd_low, 0)), 2)
        )), 0) as revenue_usd_low,
        coalesce(r.revenue_usd * r.unit_growth * exp(sqrt(
            power(r.growth_up, 2) + power(ln(r.revenue_usd_high / nullif(r.revenue_usd, 0)), 2)
        )), r.revenue_usd * r.unit_growth) as revenue_usd_high,
        r.assumed_inputs, r.tier = 'rumour' as is_rumour, r.weakest_tier as tier, r.weakest_tier_rank as tier_rank,
        r.origins, r.fact_ids, r.revenue_fact_ids, r.units_fact_ids,
        r.year + 1 as year,
        list_concat(coalesce(r.children, []), [concat_ws('/', 'unit_growth', r.scope_id)]) as children,
        r.growth_children
    from rolled as r
    where r.unit_growth is not null
),

answer as (
    select u.*, concat_ws('/', 'stated', u.company_id, u.family_id, u.method, u.year) as node_id
    from united as u
)

select a.* from answer as a

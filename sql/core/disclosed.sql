-- is: What a company itself, or somebody of it, says that a programme brings in: sales of the year, or the base year's rolled forward with units.
-- grain: period_role, company_id, family_id
with family_of as (
    select
        s.scope_id,
        min(s.family_id) as family_id,
        max(s.scope_level) as scope_level,
        case when count(*) = 1 then min(s.programme_id) end as programme_id
    from core.scope_programme as s
    group by s.scope_id
    having count(distinct s.family_id) = 1
),

revenue as (
    select
        r.period_role,
        r.company_id,
        r.revenue_usd,
        r.fact_ids
    from core.company_revenue as r
    where r.revenue_basis <> 'stale'
),

stated as (
    select
        p.period_role,
        p.company_id,
        p.scope_id,
        f.family_id,
        f.scope_level,
        f.programme_id,
        p.measure,
        p.base as stated,
        case when p.measure = 'programme_revenue' then p.base else p.base * r.revenue_usd end as revenue_usd,
        case when p.measure = 'programme_revenue' then p.low else p.low * r.revenue_usd end as revenue_usd_low,
        case when p.measure = 'programme_revenue' then p.high else p.high * r.revenue_usd end as revenue_usd_high,
        case when p.measure = 'programme_share' then r.revenue_usd end as company_revenue_usd,
        p.tier,
        p.tier_rank,
        p.origins,
        p.fact_ids,
        case when p.measure = 'programme_share' then r.fact_ids end as revenue_fact_ids
    from core.pooled as p
    inner join family_of as f on f.scope_id = p.scope_id
    left join revenue as r on r.company_id = p.company_id and r.period_role = p.period_role
    where
        p.kind = 'disclosed' and p.measure in ('programme_share', 'programme_revenue')
        and p.base is not null
),

best as (
    select
        s.*,
        row_number() over (
            partition by s.period_role, s.company_id, s.family_id
            order by s.tier_rank, s.scope_level desc, s.measure, s.scope_id
        ) as place
    from stated as s
    where s.revenue_usd is not null
),

scope_units as (
    select
        f.period_role,
        f.family_id as scope_id,
        f.units,
        f.units_low,
        f.units_high,
        f.tier,
        f.tier_rank,
        f.fact_ids
    from core.family_units as f
    union all
    select
        u.period_role,
        u.programme_id as scope_id,
        u.units,
        u.units_low,
        u.units_high,
        u.tier,
        u.tier_rank,
        u.fact_ids
    from core.programme_units as u
),

rolled as (
    select
        'horizon' as period_role,
        b.company_id,
        b.scope_id,
        b.family_id,
        b.programme_id,
        b.measure,
        b.stated,
        b.company_revenue_usd,
        b.revenue_usd as base_revenue_usd,
        b.revenue_usd_low as base_revenue_usd_low,
        b.revenue_usd_high as base_revenue_usd_high,
        h.units / nullif(u.units, 0) as unit_growth,
        sqrt(power(ln(h.units / nullif(h.units_low, 0)), 2) + power(ln(u.units_high / nullif(u.units, 0)), 2)) as growth_down,
        -- A base year that may have had no units leaves growth without an upper end: its own range is left out then.
        sqrt(power(ln(h.units_high / nullif(h.units, 0)), 2) + coalesce(power(ln(u.units / nullif(u.units_low, 0)), 2), 0)) as growth_up,
        -- As weak as the weakest of what is stated and the units that roll it forward.
        case
            when b.tier_rank >= greatest(h.tier_rank, u.tier_rank) then b.tier
            when h.tier_rank >= u.tier_rank then h.tier
            else u.tier
        end as tier,
        greatest(b.tier_rank, h.tier_rank, u.tier_rank) as tier_rank,
        cast(b.tier = 'assumption' as integer) + cast(h.tier = 'assumption' or u.tier = 'assumption' as integer) as assumed_inputs,
        b.tier = 'rumour' as is_rumour,
        b.origins,
        b.fact_ids,
        b.revenue_fact_ids,
        list_sort(list_distinct(list_concat(h.fact_ids, u.fact_ids))) as units_fact_ids
    from best as b
    inner join scope_units as u on u.period_role = 'base' and u.scope_id = b.scope_id
    inner join scope_units as h on h.period_role = 'horizon' and h.scope_id = b.scope_id
    where b.period_role = 'base' and b.place = 1
)

select
    b.period_role,
    b.company_id,
    b.family_id,
    b.scope_id,
    coalesce(b.programme_id, p.programme_id) as programme_id,
    'disclosed' as method,
    b.measure,
    b.stated,
    b.company_revenue_usd,
    cast(null as double) as unit_growth,
    b.revenue_usd,
    b.revenue_usd_low,
    b.revenue_usd_high,
    cast(b.tier = 'assumption' as integer) as assumed_inputs,
    b.tier = 'rumour' as is_rumour,
    b.tier,
    b.tier_rank,
    b.origins,
    b.fact_ids,
    b.revenue_fact_ids,
    cast([] as varchar[]) as units_fact_ids
from best as b
inner join raw.programmes as p on p.family_id = b.family_id and p.unallocated
where b.place = 1
union all
select
    r.period_role,
    r.company_id,
    r.family_id,
    r.scope_id,
    coalesce(r.programme_id, p.programme_id) as programme_id,
    'roll_forward' as method,
    r.measure,
    r.stated,
    r.company_revenue_usd,
    r.unit_growth,
    r.base_revenue_usd * r.unit_growth as revenue_usd,
    coalesce(r.base_revenue_usd * r.unit_growth * exp(-sqrt(
        power(r.growth_down, 2) + power(ln(r.base_revenue_usd / nullif(r.base_revenue_usd_low, 0)), 2)
    )), 0) as revenue_usd_low,
    coalesce(r.base_revenue_usd * r.unit_growth * exp(sqrt(
        power(r.growth_up, 2) + power(ln(r.base_revenue_usd_high / nullif(r.base_revenue_usd, 0)), 2)
    )), r.base_revenue_usd * r.unit_growth) as revenue_usd_high,
    r.assumed_inputs,
    r.is_rumour,
    r.tier,
    r.tier_rank,
    r.origins,
    r.fact_ids,
    r.revenue_fact_ids,
    r.units_fact_ids
from rolled as r
inner join raw.programmes as p on p.family_id = r.family_id and p.unallocated
left join best as h on h.company_id = r.company_id and h.family_id = r.family_id and h.period_role = 'horizon' and h.place = 1
where h.company_id is null and r.unit_growth is not null

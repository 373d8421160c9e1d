-- is: Programme revenue by family, and of all families (no family), over all programmes and over those asked for.
-- grain: selection, company_id, family_id
with parameter as (
    select
        max(p.value) filter (where p.parameter = 'material_part') as material_part,
        max(p.value) filter (where p.parameter = 'unknown_base_part') as unknown_base_part
    from raw.parameters as p
),

selected as (
    select 'all' as selection, p.programme_id from raw.programmes as p
    union all
    select 'asked' as selection, p.programme_id from core.asked_programme as p
),

counted as (
    select
        s.selection, r.company_id, r.family_id, r.period_role, r.method,
        cast(r.programme_revenue_usd as decimal(38, 9)) as usd,
        cast(r.programme_revenue_usd_low as decimal(38, 9)) as usd_low,
        cast(r.programme_revenue_usd_high as decimal(38, 9)) as usd_high
    from core.programme_revenue as r
    inner join selected as s on s.programme_id = r.programme_id
    where r.chosen
),

-- Who has open terms and no money is known to the extent of nothing. Owners do not sell to themselves.
opened as (
    select distinct
        s.selection, o.company_id, o.family_id, 'horizon' as period_role, 'bottom_up' as method,
        cast(0 as decimal(38, 9)) as usd, cast(0 as decimal(38, 9)) as usd_low, cast(0 as decimal(38, 9)) as usd_high
    from core.open_term as o
    inner join selected as s on s.programme_id = o.programme_id
    anti join raw.families as f on f.family_id = o.family_id and f.owner_id = o.company_id
    anti join counted as c
        on
            c.selection = s.selection and c.company_id = o.company_id and c.period_role = 'horizon'
            and c.usd is not null
),

term as (
    select c.* from counted as c
    union all
    select o.* from opened as o
),

summed as (
    select
        c.selection, c.company_id, c.family_id, bool_and(c.method = 'bottom_up') as is_bottom_up,
        sum(c.usd) filter (where c.period_role = 'horizon') as usd,
        sum(c.usd_low) filter (where c.period_role = 'horizon') as usd_low,
        sum(c.usd_high) filter (where c.period_role = 'horizon') as usd_high,
        -- What is counted of a base year with a gap is not all of it, unless a source states the whole. A year by
        -- another method than the horizon's has no growth to tell.
        case
            when bool_or(change.family_id is not null) then null
            when max(g.gap_part) is null or bool_or(c.method = 'disclosed') filter (where c.period_role = 'base')
                then sum(c.usd) filter (where c.period_role = 'base')
        end as base_usd
    from term as c
    left join core.base_gap as g on g.company_id = c.company_id and g.family_id = c.family_id
    left join core.method_change as change on change.company_id = c.company_id and change.family_id = c.family_id
    group by c.selection, c.company_id, c.family_id
),

-- An unknown base year lies between nothing and the horizon's figure.
family as (
    select
        s.*, parameter.material_part * cast(sum(s.usd) over company as double) as material_usd,
        coalesce(
            s.base_usd, cast(cast(s.usd as double) * parameter.unknown_base_part as decimal(38, 9))
        ) as base_usd_filled
    from summed as s
    cross join parameter
    window company as (partition by s.selection, s.company_id)
),

-- Families do not reach the ends of their ranges together, so half-widths add as squares, weighed by parts of the sum.
-- A range that reaches down to zero has no logarithm, so the lower half-widths are fractions.
part as (
    select
        f.*, f.usd > 0 as is_ranged,
        cast(f.usd as double) / nullif(cast(sum(f.usd) over company as double), 0) as part,
        cast(f.usd_low as double) / nullif(cast(f.usd as double), 0) as part_low,
        cast(f.usd_high as double) / nullif(cast(f.usd as double), 0) as part_high
    from family as f
    where f.usd is not null
    window company as (partition by f.selection, f.company_id)
),

widened as (
    select
        p.*, power(p.part * (1 - p.part_low), 2) as down_squared, power(p.part * ln(p.part_high), 2) as up_squared
    from part as p
),

total as (
    select
        f.selection, f.company_id, cast(null as varchar) as family_id, bool_and(f.is_bottom_up) as is_bottom_up,
        sum(f.usd) as usd,
        case
            when count(*) filter (where f.is_ranged) < 2 then sum(f.usd_low)
            else cast(cast(sum(f.usd) as double) * (
                1 - sqrt(cast(sum(cast(f.down_squared as decimal(38, 15))) as double))
            ) as decimal(38, 9))
        end as usd_low,
        case
            when count(*) filter (where f.is_ranged) < 2 then sum(f.usd_high)
            else cast(cast(sum(f.usd) as double) * exp(
                sqrt(cast(sum(cast(f.up_squared as decimal(38, 15))) as double))
            ) as decimal(38, 9)) + coalesce(sum(f.usd_high) filter (where not f.is_ranged), 0)
        end as usd_high,
        -- Of a family that hardly counts, the filled figure is as good as a known one.
        case
            when not bool_or(f.base_usd is null and f.usd >= f.material_usd) then sum(f.base_usd_filled)
        end as base_usd,
        max(f.material_usd) as material_usd, sum(f.base_usd_filled) as base_usd_filled
    from widened as f
    group by f.selection, f.company_id
),

united as (
    select f.* from family as f
    union all
    select t.* from total as t
)

select
    u.selection, u.company_id, u.family_id, u.is_bottom_up, u.material_usd,
    concat_ws(
        '/', case when u.selection = 'asked' then 'asked' end, 'programme_revenue', u.company_id, u.family_id,
        question.horizon
    ) as node_id,
    concat_ws(
        '/', case when u.selection = 'asked' then 'asked' end, 'programme_revenue', u.company_id, u.family_id,
        question.horizon - 1
    ) as base_node_id,
    cast(u.usd as double) as programme_revenue_usd,
    cast(u.usd_low as double) as programme_revenue_usd_low,
    cast(u.usd_high as double) as programme_revenue_usd_high,
    cast(u.base_usd as double) as programme_revenue_base_usd,
    cast(u.base_usd_filled as double) as programme_revenue_base_usd_filled
from united as u
cross join core.question as question

-- is: The method that counts for a company's family at the horizon: the one with the better evidence.
-- grain: company_id, family_id
with parameter as (
    select p.value as material_part from raw.parameters as p where p.parameter = 'material_part'
),

counted as (
    select
        b.company_id, b.family_id, b.tier_rank, b.assumed_inputs + cast(b.circular as integer) as weak_inputs,
        b.revenue_usd, cast(sum(cast(b.revenue_usd as decimal(38, 9))) over (
            partition by b.company_id, b.family_id
        ) as double) as family_usd
    from core.bottom_up as b
    where b.counted and b.period_role = 'horizon'
),

candidate as (
    -- Only products that are material to the family make its bottom-up figure weak.
    select
        c.company_id, c.family_id, 'bottom_up' as method, 2 as preference, max(c.tier_rank) as tier_rank,
        coalesce(max(c.weak_inputs) filter (
            where c.revenue_usd >= parameter.material_part * c.family_usd and c.family_usd > 0
        ), 0) as weak_inputs
    from counted as c
    cross join parameter
    group by c.company_id, c.family_id
    union all
    select
        d.company_id, d.family_id, d.method, case d.method when 'disclosed' then 1 else 3 end as preference,
        d.tier_rank, d.assumed_inputs as weak_inputs
    from core.disclosed as d
    where d.period_role = 'horizon'
),

preferred as (
    select
        c.company_id, c.family_id, c.method,
        row_number() over (
            partition by c.company_id, c.family_id order by c.weak_inputs, c.tier_rank, c.preference
        ) as place
    from candidate as c
)

select p.company_id, p.family_id, p.method
from preferred as p
where p.place = 1

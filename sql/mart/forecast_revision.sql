-- is: How origins revised a family's units at the horizon over the window: change, breadth, and change decayed since each step.
-- grain: family_id
with parameter as (
    select
        max(p.value) filter (where p.parameter = 'revision_window_days') as window_days,
        max(p.value) filter (where p.parameter = 'revision_half_life_days') as half_life_days,
        max(p.value) filter (where p.parameter = 'rounding') as rounding
    from raw.parameters as p
),

stated as (
    select
        f.scope_id as family_id,
        f.origin_id,
        f.fact_id,
        f.known_on,
        f.tier,
        f.withdrawn,
        coalesce(f.base, (f.low + f.high) / 2) as units
    from core.fact as f
    inner join raw.families as family on family.family_id = f.scope_id and family.unit_basis = f.unit
    inner join core.year as t
        on t.period_role = 'horizon' and t.year_start = f.period_start and t.year_end = f.period_end
    cross join core.question as question
    left join core.fact as newer on newer.supersedes = f.fact_id and newer.known_on <= question.as_of_units
    where
        f.kind = 'units' and f.measure = 'units' and f.company_id is null and f.product_id is null
        and f.known_on <= question.as_of_units and newer.fact_id is null
),

-- An origin that takes its forecast back begins anew: what it said before moves nothing.
vintage as (
    select s.*
    from stated as s
    left join stated as gone
        on
            gone.family_id = s.family_id and gone.origin_id = s.origin_id and gone.withdrawn
            and row(gone.known_on, gone.fact_id) >= row(s.known_on, s.fact_id)
    where gone.fact_id is null and s.units > 0
),

step as (
    select
        v.family_id,
        v.origin_id,
        v.fact_id,
        v.known_on,
        v.tier,
        v.units,
        lag(v.units) over origin as units_before,
        lag(v.fact_id) over origin as fact_id_before
    from vintage as v
    window origin as (partition by v.family_id, v.origin_id order by v.known_on, v.fact_id)
),

chain as (
    select
        s.family_id,
        s.origin_id,
        max(tier.weight) as weight,
        product(s.units / s.units_before) - 1 as change,
        sum(cast(
            (s.units / s.units_before - 1)
            * power(0.5, date_diff('day', s.known_on, question.as_of_units) / parameter.half_life_days) as decimal(38, 15)
        )) as change_decayed,
        list_concat(list(s.fact_id), list(s.fact_id_before)) as fact_ids
    from step as s
    inner join raw.tiers as tier on tier.tier = s.tier
    cross join core.question as question
    cross join parameter
    where s.units_before is not null and s.known_on > question.as_of_units - cast(parameter.window_days as integer)
    group by s.family_id, s.origin_id
)

select
    c.family_id,
    max(question.horizon) as year,
    cast(sum(cast(c.weight * c.change as decimal(38, 15))) / sum(cast(c.weight as decimal(38, 15))) as double) as revision,
    cast(
        sum(cast(c.weight * c.change_decayed as decimal(38, 15))) / sum(cast(c.weight as decimal(38, 15))) as double
    ) as revision_decayed,
    (count(*) filter (where c.change > parameter.rounding) - count(*) filter (where c.change < -parameter.rounding))
    / nullif(count(*) filter (where abs(c.change) > parameter.rounding), 0) as revision_breadth,
    count(*) as origins,
    list_sort(list_distinct(flatten(list(c.fact_ids)))) as fact_ids,
    max(question.as_of) as as_of
from chain as c
cross join core.question as question
cross join parameter
group by c.family_id

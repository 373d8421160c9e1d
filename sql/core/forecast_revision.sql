-- is: How origins revised a family's units at the horizon over the window: change, breadth, and decayed change.
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
        f.scope_id as family_id, f.origin_id, f.fact_id, f.known_on, f.tier, f.withdrawn,
        coalesce(f.base, (f.low + f.high) / 2) as units
    from core.fact as f
    inner join raw.families as family on family.family_id = f.scope_id and family.unit_basis = f.unit
    inner join core.year as t on t.year_start = f.period_start and t.year_end = f.period_end
    cross join core.question as question
    left join core.fact as newer on newer.supersedes = f.fact_id and newer.known_on <= question.as_of_units
    where
        f.kind = 'units' and f.measure = 'units' and f.company_id is null and f.product_id is null
        and t.period_role = 'horizon' and f.known_on <= question.as_of_units and newer.fact_id is null
),

-- An origin that takes its forecast back begins anew: what it said before moves nothing.
kept as (
    select
        s.*, bool_or(s.withdrawn) over (
            partition by s.family_id, s.origin_id order by s.known_on, s.fact_id
            rows between current row and unbounded following
        ) as is_taken_back
    from stated as s
),

step as (
    select
        k.family_id, k.origin_id, k.fact_id, k.known_on, k.tier, k.units, row_number() over origin as place,
        lag(k.units) over origin as units_before, lag(k.fact_id) over origin as fact_id_before
    from kept as k
    where k.units > 0 and not k.is_taken_back
    window origin as (partition by k.family_id, k.origin_id order by k.known_on, k.fact_id)
),

chain as (
    select
        s.family_id, s.origin_id, max(tier.weight) as weight,
        arg_max(s.units, s.place) / arg_min(s.units_before, s.place) - 1 as change,
        sum(cast(
            (s.units / s.units_before - 1)
            * power(0.5, date_diff('day', s.known_on, question.as_of_units) / parameter.half_life_days)
            as decimal(38, 15)
        )) as change_decayed,
        flatten(list([s.fact_id_before, s.fact_id])) as fact_ids
    from step as s
    inner join raw.tiers as tier on tier.tier = s.tier
    cross join core.question as question
    cross join parameter
    where
        s.units_before is not null
        and date_diff('day', s.known_on, question.as_of_units) < parameter.window_days
    group by s.family_id, s.origin_id
)

select
    c.family_id, question.horizon as year,
    cast(sum(cast(c.weight * c.change as decimal(38, 15))) as double)
    / cast(sum(cast(c.weight as decimal(38, 15))) as double) as revision,
    cast(sum(cast(c.weight * c.change_decayed as decimal(38, 15))) as double)
    / cast(sum(cast(c.weight as decimal(38, 15))) as double) as revision_decayed,
    (count(*) filter (where c.change > parameter.rounding) - count(*) filter (where c.change < -parameter.rounding))
    / nullif(count(*) filter (where abs(c.change) > parameter.rounding), 0) as revision_breadth,
    list_sort(list_distinct(flatten(list(c.fact_ids)))) as fact_ids
from chain as c
cross join core.question as question
cross join parameter
group by c.family_id, question.horizon

-- is: How the units of a family at the horizon were revised over the window, same origins only: change, breadth, decayed change.
-- grain: family_id
with parameter as (
    select max(p.value) filter (where p.parameter = 'revision_half_life_days') as half_life_days
    from raw.parameters as p
),

chain as (
    select
        now.scope_id as family_id,
        now.year,
        now.origin_id,
        now.base as units,
        earlier.base as units_before,
        now.base / nullif(earlier.base, 0) - 1 as change,
        now.weight,
        now.fact_id,
        earlier.fact_id as before_fact_id,
        date_diff('day', now.known_on, now.known_by) as days_since
    from core.claim as now
    inner join core.claim as earlier
        on
            earlier.moment = 'before' and earlier.period_role = now.period_role and earlier.kind = now.kind
            and earlier.measure = now.measure and earlier.scope_id = now.scope_id and earlier.origin_id = now.origin_id
            and earlier.company_id is null and earlier.product_id is null
    inner join raw.families as f on f.family_id = now.scope_id
    where
        now.moment = 'now' and now.period_role = 'horizon' and now.kind = 'units' and now.measure = 'units'
        and now.company_id is null and now.product_id is null and now.base is not null and earlier.base is not null
)

select
    c.family_id,
    max(c.year) as year,
    cast(sum(cast(c.weight * c.change as decimal(38, 15))) / sum(cast(c.weight as decimal(38, 15))) as double) as revision,
    cast(
        sum(cast(c.weight * c.change * power(0.5, c.days_since / parameter.half_life_days) as decimal(38, 15)))
        / sum(cast(c.weight as decimal(38, 15))) as double
    ) as revision_decayed,
    (count(*) filter (where c.change > 0) - count(*) filter (where c.change < 0))
    / nullif(count(*) filter (where c.change <> 0), 0) as revision_breadth,
    count(*) as origins,
    list_sort(list_distinct(list_concat(list(c.fact_id), list(c.before_fact_id)))) as fact_ids,
    max(run.as_of) as as_of
from chain as c
cross join parameter
cross join core.run as run
group by c.family_id

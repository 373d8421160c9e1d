-- is: One origin's counts of the same thing in two units that do not agree once converted.
-- grain: finding_key
with counted as (
    select
        f.*, r.own_unit, r.own_units_per_unit,
        coalesce(f.base, (f.low + f.high) / 2, f.low, f.high) as number,
        case
            when f.base is not null or (f.low is not null and f.high is not null) then 'value'
            when f.low is not null then 'floor'
            else 'ceiling'
        end as side
    from core.fact as f
    cross join core.question as question
    inner join core.unit_ratio as r on r.scope_id = f.scope_id and r.unit = f.unit
    where
        f.kind = 'units' and not f.withdrawn and f.known_on <= question.as_of_units
        and not exists (
            select 1
            from core.fact as newer
            where newer.supersedes = f.fact_id and newer.known_on <= question.as_of_units
        )
),

pair as (
    select
        a.scope_id, a.product_id, a.company_id, a.period, a.period_end, a.origin_id, a.own_unit,
        a.unit as unit_a,
        a.number as number_a,
        a.number * a.own_units_per_unit as units_a,
        b.unit as unit_b,
        b.number as number_b,
        b.number * b.own_units_per_unit as units_b,
        [a.fact_id, b.fact_id] as fact_ids
    from counted as a
    inner join counted as b
        on
            b.scope_id = a.scope_id and b.measure = a.measure and b.side = a.side and b.origin_id = a.origin_id
            and b.known_on = a.known_on and b.period_start = a.period_start and b.period_end = a.period_end
            and b.unit > a.unit
            and b.product_id is not distinct from a.product_id and b.company_id is not distinct from a.company_id
),

compared as (
    select p.*, greatest(p.units_a, p.units_b) / nullif(least(p.units_a, p.units_b), 0) - 1 as apart
    from pair as p
)

select
    'finding' as severity,
    concat_ws('|', c.fact_ids[1], c.fact_ids[2]) as finding_key,
    c.company_id, c.scope_id, c.product_id, year(c.period_end) as year,
    c.apart as value, parameter.value as limit_value,
    printf(
        '%s counts %s of %s as %.0f %ss and as %.0f %ss, which are %.0f and %.0f %ss: %.1f%% apart.',
        c.origin_id, c.period, c.scope_id, c.number_a, c.unit_a, c.number_b, c.unit_b, c.units_a, c.units_b,
        c.own_unit, 100 * c.apart
    ) as message,
    list_sort(c.fact_ids) as fact_ids
from compared as c
inner join raw.parameters as parameter on parameter.parameter = 'unit_mismatch'
where c.apart > parameter.value

-- is: One origin's counts of the same thing in two units that do not agree once converted.
-- grain: finding_key
with counted as (
    select
        f.fact_id,
        f.measure,
        f.scope_id,
        f.product_id,
        f.company_id,
        f.period,
        f.period_start,
        f.period_end,
        f.origin_id,
        f.known_on,
        f.unit,
        coalesce(f.base, (f.low + f.high) / 2, f.low, f.high) as number,
        coalesce(f.base, (f.low + f.high) / 2, f.low, f.high) * r.own_units_per_unit as own_units,
        case when f.base is not null or (f.low is not null and f.high is not null) then 'value' when f.low is not null then 'floor' else 'ceiling' end
            as side,
        r.own_unit
    from core.fact as f
    cross join core.question as question
    inner join core.unit_ratio as r on r.scope_id = f.scope_id and r.unit = f.unit
    where
        f.kind = 'units' and not f.withdrawn and f.known_on <= question.as_of_units
        and not exists (
            select 1 from core.fact as newer where newer.supersedes = f.fact_id and newer.known_on <= question.as_of_units
        )
),

pair as (
    select
        a.scope_id,
        a.product_id,
        a.company_id,
        a.period,
        a.period_end,
        a.origin_id,
        a.own_unit,
        a.unit as unit_a,
        a.number as number_a,
        a.own_units as units_a,
        b.unit as unit_b,
        b.number as number_b,
        b.own_units as units_b,
        greatest(a.own_units, b.own_units) / nullif(least(a.own_units, b.own_units), 0) - 1 as apart,
        [a.fact_id, b.fact_id] as fact_ids
    from counted as a
    inner join counted as b
        on
            b.scope_id = a.scope_id and b.measure = a.measure and b.side = a.side and b.origin_id = a.origin_id and b.known_on = a.known_on
            and b.period_start = a.period_start and b.period_end = a.period_end and b.unit > a.unit
            and b.product_id is not distinct from a.product_id and b.company_id is not distinct from a.company_id
)

select
    'finding' as severity,
    concat_ws('|', p.fact_ids[1], p.fact_ids[2]) as finding_key,
    p.company_id,
    p.scope_id,
    p.product_id,
    year(p.period_end) as year,
    p.apart as value,
    parameter.value as limit_value,
    printf(
        '%s counts %s of %s as %.0f %ss and as %.0f %ss, which are %.0f and %.0f %ss: %.1f%% apart.',
        p.origin_id, p.period, p.scope_id, p.number_a, p.unit_a, p.number_b, p.unit_b, p.units_a, p.units_b, p.own_unit, 100 * p.apart
    ) as message,
    list_sort(p.fact_ids) as fact_ids
from pair as p
inner join raw.parameters as parameter on parameter.parameter = 'unit_mismatch'
where p.apart > parameter.value

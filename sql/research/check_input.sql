-- is: The inputs of each check, in the order of its formula, each with the interval that its rounding leaves.
-- grain: check_id, place
with input as (
    select c.check_id, array_length(c.inputs) as inputs, i.fact_id, i.place
    from raw.claim_checks as c
    cross join unnest(c.inputs) with ordinality as i (fact_id, place)
),

rounding as (
    select c.check_id, r.place, cast(r.rounding as double) / 2 as half_unit
    from raw.claim_checks as c
    cross join unnest(string_split(c.input_rounding, '; ')) with ordinality as r (rounding, place)
)

select
    i.check_id, i.place, i.inputs, k.fact_id, k.period_end,
    coalesce(k.value, k.value_low, k.value_high) as middle,
    k.least_value - r.half_unit as least_value,
    k.most_value + r.half_unit as most_value,
    k.fact_id || ' ' || k.statement as statement,
    k.source_citation, k.as_of
from input as i
inner join rounding as r on r.check_id = i.check_id and r.place = i.place
inner join research.claim_range as k on k.fact_id = i.fact_id
where k.has_number

-- is: What the formula of each check makes of its inputs, all of them known: in their middle, and at least and at most.
-- grain: check_id
with input as (
    select
        i.*,
        count(*) over (partition by i.check_id) as known,
        max(case when i.place = 1 then year(i.period_end) end) over (partition by i.check_id)
        - max(case when i.place = 2 then year(i.period_end) end) over (partition by i.check_id) as years
    from research.check_input as i
),

-- Each formula moves one way with each input, so its extremes lie at corners, where every input is at one of its ends.
-- The bits of a corner's number tell which ends; the middle has no number.
valued as (
    select
        i.*,
        c.corner,
        case when (c.corner >> (i.place - 1)) & 1 = 1 then i.most_value else i.least_value end as x
    from input as i
    cross join lateral (select unnest(range(0, cast(power(2, i.inputs) as bigint))) as corner) as c
    where i.known = i.inputs
    union all
    select i.*, null as corner, i.middle as x
    from input as i
    where i.known = i.inputs
),

-- added up in the order of the inputs, so that the last digit is always the same
summed as (
    select
        v.*,
        sum(v.x) over (partition by v.check_id, v.corner order by v.place) as total,
        sum(case when v.place > 1 then v.x end) over (partition by v.check_id, v.corner order by v.place) as rest
    from valued as v
),

placed as (
    select
        s.check_id, s.corner, s.inputs, s.years,
        max(s.x) filter (where s.place = 1) as x1,
        max(s.x) filter (where s.place = 2) as x2,
        max(s.x) filter (where s.place = 3) as x3,
        max(s.x) filter (where s.place = 4) as x4,
        max(s.total) filter (where s.place = s.inputs) as total,
        max(s.rest) filter (where s.place = s.inputs) as rest,
        max(s.as_of) as as_of
    from summed as s
    group by s.check_id, s.corner, s.inputs, s.years
),

computed as (
    select
        p.*,
        case
            when c.formula = 'added_capacity_times_mean_cost' and p.x2 > 0 then (p.x1 - p.x1 / p.x2) * (p.x3 + p.x4) / 2
            when c.formula = 'annualised' then 4 * p.x1
            when c.formula = 'cagr' and p.x1 >= 0 and p.x2 > 0 and p.years > 0 then power(p.x1 / p.x2, 1 / p.years) - 1
            when c.formula = 'complement' then 1 - p.total
            when c.formula = 'difference' then p.x1 - p.rest
            when c.formula in ('product', 'eps_times_multiple') then p.x1 * p.x2
            when c.formula = 'growth_from_levels' and p.x2 > 0 then p.x1 / p.x2 - 1
            when c.formula = 'growth_of_sum' and p.rest > 0 then p.x1 / p.rest - 1
            when c.formula = 'growth_through_actual' and p.x2 > 0 then p.x1 * (1 + p.x3) / p.x2 - 1
            when c.formula = 'mean' then p.total / p.inputs
            when c.formula = 'multiple_less_one' then p.x1 - 1
            when c.formula = 'payback_schedule' then p.x1 * p.x2 + p.x3 * (p.x4 - p.x2)
            when c.formula = 'quarter_of_year_lost' then -p.x1 / 4
            when c.formula = 'racks_times_value' then p.x1 * p.x2 / 1000000
            when c.formula in ('ratio', 'share_of_total') and p.x2 > 0 then p.x1 / p.x2
            when c.formula = 'ratio_of_sum' and p.x3 > 0 then (p.x1 + p.x2) / p.x3
            when c.formula = 'reciprocal_days' and p.x1 > 0 then 365 / p.x1
            when c.formula = 'sum_of_parts' then p.total
        end as outcome
    from placed as p
    inner join raw.claim_checks as c on c.check_id = p.check_id
)

select
    c.check_id,
    max(c.outcome) filter (where c.corner is null) as recomputed,
    min(c.outcome) as least_outcome,
    max(c.outcome) as most_outcome,
    count(c.outcome) = count(*) as is_defined,
    max(c.as_of) as as_of
from computed as c
group by c.check_id

-- is: The arithmetic of the sources computed again: each stated figure that follows from others, with the rounding of its inputs carried as an interval.
-- grain: check_id
with input as (
    select
        c.check_id,
        c.formula,
        len(c.inputs) as inputs,
        p.place,
        k.fact_id,
        k.period_end,
        coalesce(k.central, k.low, k.high) as middle,
        coalesce(k.low, k.base, case when k.high > 0 then 0 else cast('-infinity' as double) end)
        - cast(string_split(c.input_rounding, '; ')[p.place] as double) / 2 as least_value,
        coalesce(k.high, k.base, cast('infinity' as double))
        + cast(string_split(c.input_rounding, '; ')[p.place] as double) / 2 as most_value,
        k.fact_id || ' ' || k.statement as statement,
        trim(k.source_id || ' ' || coalesce(k.citation, '')) as citation
    from raw.claim_checks as c
    cross join lateral (select unnest(range(1, len(c.inputs) + 1)) as place) as p
    inner join mart.claim as k on k.fact_id = c.inputs[p.place]
    where coalesce(k.low, k.base, k.high) is not null
),

gathered as (
    select
        i.check_id,
        i.formula,
        max(i.inputs) as inputs,
        list_sort(list(struct_pack(
            place := i.place, middle := i.middle, least_value := i.least_value, most_value := i.most_value
        ))) as points,
        max(year(i.period_end)) filter (where i.place = 1) - max(year(i.period_end)) filter (where i.place = 2) as years,
        list_sort(list(struct_pack(place := i.place, statement := i.statement))) as statements,
        array_to_string(list_sort(list_distinct(list(i.citation))), '; ') as input_citation
    from input as i
    group by i.check_id, i.formula
    having count(*) = max(i.inputs)
),

-- Each formula moves one way with each input, so its extremes lie where every input is at one of its ends.
corner as (
    select
        g.check_id,
        g.formula,
        g.years,
        false as is_middle,
        list_transform(
            g.points, lambda p: case when (c.corner >> (p['place'] - 1)) & 1 = 1 then p['most_value'] else p['least_value'] end
        ) as x
    from gathered as g
    cross join lateral (select unnest(range(0, cast(power(2, g.inputs) as bigint))) as corner) as c
    union all
    select
        g.check_id,
        g.formula,
        g.years,
        true as is_middle,
        list_transform(g.points, lambda p: p['middle']) as x
    from gathered as g
),

computed as (
    select
        c.check_id,
        c.is_middle,
        case
            when c.formula = 'added_capacity_times_mean_cost' and c.x[2] > 0
                then (c.x[1] - c.x[1] / c.x[2]) * (c.x[3] + c.x[4]) / 2
            when c.formula = 'annualised' then 4 * c.x[1]
            when c.formula = 'cagr' and c.x[1] >= 0 and c.x[2] > 0 and c.years > 0
                then power(c.x[1] / c.x[2], 1 / c.years) - 1
            when c.formula = 'complement' then 1 - list_sum(c.x)
            when c.formula = 'difference' then c.x[1] - list_sum(c.x[2:])
            when c.formula in ('product', 'eps_times_multiple') then c.x[1] * c.x[2]
            when c.formula = 'growth_from_levels' and c.x[2] > 0 then c.x[1] / c.x[2] - 1
            when c.formula = 'growth_of_sum' and list_sum(c.x[2:]) > 0 then c.x[1] / list_sum(c.x[2:]) - 1
            when c.formula = 'growth_through_actual' and c.x[2] > 0 then c.x[1] * (1 + c.x[3]) / c.x[2] - 1
            when c.formula = 'mean' then list_avg(c.x)
            when c.formula = 'multiple_less_one' then c.x[1] - 1
            when c.formula = 'payback_schedule' then c.x[1] * c.x[2] + c.x[3] * (c.x[4] - c.x[2])
            when c.formula = 'quarter_of_year_lost' then -c.x[1] / 4
            when c.formula = 'racks_times_value' then c.x[1] * c.x[2] / 1000000
            when c.formula in ('ratio', 'share_of_total') and c.x[2] > 0 then c.x[1] / c.x[2]
            when c.formula = 'ratio_of_sum' and c.x[3] > 0 then (c.x[1] + c.x[2]) / c.x[3]
            when c.formula = 'reciprocal_days' and c.x[1] > 0 then 365 / c.x[1]
            when c.formula = 'sum_of_parts' then list_sum(c.x)
        end as outcome
    from corner as c
),

recomputed as (
    select
        c.check_id,
        max(c.outcome) filter (where c.is_middle) as recomputed,
        min(c.outcome) as least_outcome,
        max(c.outcome) as most_outcome,
        count(c.outcome) = count(*) as is_defined
    from computed as c
    group by c.check_id
),

compared as (
    select
        c.check_id,
        c.formula,
        c.not_comparable,
        c.note,
        k.subject,
        k.metric,
        k.object,
        k.period,
        k.unit,
        k.fact_id as stated_fact_id,
        coalesce(k.central, k.low, k.high) as stated,
        coalesce(k.low, k.base, case when k.high > 0 then 0 else cast('-infinity' as double) end)
        - c.stated_rounding / 2 as least_stated,
        coalesce(k.high, k.base, cast('infinity' as double)) + c.stated_rounding / 2 as most_stated,
        trim(k.source_id || ' ' || coalesce(k.citation, '')) as stated_citation,
        g.statements,
        g.input_citation,
        c.inputs as fact_ids,
        r.recomputed,
        r.least_outcome,
        r.most_outcome,
        r.is_defined,
        k.as_of
    from raw.claim_checks as c
    inner join mart.claim as k on k.fact_id = c.stated
    inner join gathered as g on g.check_id = c.check_id
    inner join recomputed as r on r.check_id = c.check_id
),

judged as (
    select
        c.*,
        case
            when c.not_comparable is not null or not c.is_defined then 'not comparable'
            when
                c.least_outcome <= c.most_stated + 1e-9 * greatest(1, abs(c.stated))
                and c.most_outcome >= c.least_stated - 1e-9 * greatest(1, abs(c.stated))
                then 'agrees'
            else 'differs'
        end as verdict
    from compared as c
)

select
    j.check_id,
    j.formula,
    j.subject,
    j.metric,
    j.object,
    j.period,
    j.unit,
    list_transform(j.statements, lambda s: s['statement']) as inputs,
    j.stated_fact_id,
    j.stated,
    case when isfinite(j.least_stated) then j.least_stated end as stated_low,
    case when isfinite(j.most_stated) then j.most_stated end as stated_high,
    j.recomputed,
    case when isfinite(j.least_outcome) then j.least_outcome end as recomputed_low,
    case when isfinite(j.most_outcome) then j.most_outcome end as recomputed_high,
    j.verdict,
    case
        when j.not_comparable is not null then j.not_comparable
        when not j.is_defined then 'A divisor may be zero or below, or a span of years is missing'
        when j.verdict = 'agrees' then 'The figures meet within their rounding'
        else format(
            'The inputs give {:.6g} to {:.6g}, the figure stands for {:.6g} to {:.6g}',
            j.least_outcome, j.most_outcome, j.least_stated, j.most_stated
        )
    end as reason,
    j.note,
    j.input_citation,
    j.stated_citation,
    j.fact_ids,
    j.as_of
from judged as j

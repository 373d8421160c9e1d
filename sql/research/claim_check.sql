-- is: Stated figures that follow from others, computed again, with the rounding of their inputs carried as an interval.
-- grain: check_id
with input as (
    select
        i.check_id,
        list_sort(list(struct_pack(place := i.place, statement := i.statement))) as statements,
        string_agg(distinct i.source_citation, '; ' order by i.source_citation) as input_citation
    from research.check_input as i
    group by i.check_id
),

compared as (
    select
        c.check_id, c.formula, c.not_comparable, c.note, c.inputs as fact_ids,
        k.subject, k.metric, k.object, k.period, k.unit, k.fact_id as stated_fact_id,
        k.source_citation as stated_citation, k.as_of,
        coalesce(k.value, k.value_low, k.value_high) as stated,
        k.least_value - c.stated_rounding / 2 as least_stated,
        k.most_value + c.stated_rounding / 2 as most_stated,
        i.statements, i.input_citation,
        r.recomputed, r.least_outcome, r.most_outcome, r.is_defined
    from raw.claim_checks as c
    inner join research.claim_range as k on k.fact_id = c.stated
    inner join input as i on i.check_id = c.check_id
    inner join research.check_result as r on r.check_id = c.check_id
),

judged as (
    select
        c.*,
        cast('infinity' as double) as endless,
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
    j.check_id, j.formula, j.subject, j.metric, j.object, j.period, j.unit,
    list_transform(j.statements, lambda s: s['statement']) as inputs,
    j.stated_fact_id, j.stated,
    case when abs(j.least_stated) < j.endless then j.least_stated end as stated_low,
    case when abs(j.most_stated) < j.endless then j.most_stated end as stated_high,
    j.recomputed,
    case when abs(j.least_outcome) < j.endless then j.least_outcome end as recomputed_low,
    case when abs(j.most_outcome) < j.endless then j.most_outcome end as recomputed_high,
    j.verdict,
    case
        when j.not_comparable is not null then j.not_comparable
        when not j.is_defined then 'A divisor may be zero or below, or a span of years is missing'
        when j.verdict = 'agrees' then 'The figures meet within their rounding'
        else 'The inputs give another figure, even within their rounding'
    end as reason,
    j.note, j.input_citation, j.stated_citation, j.fact_ids, j.as_of
from judged as j

-- is: What a company's revenue of the programmes asked for rests on: its parts by class of evidence, and the grade.
-- grain: company_id
with parameter as (
    select
        max(p.value) filter (where p.parameter = 'grade_a_founded') as grade_a_founded,
        max(p.value) filter (where p.parameter = 'grade_a_assumed') as grade_a_assumed,
        max(p.value) filter (where p.parameter = 'grade_b_founded') as grade_b_founded,
        max(p.value) filter (where p.parameter = 'grade_b_assumed') as grade_b_assumed,
        max(p.value) filter (where p.parameter = 'confidence_origins') as confidence_origins
    from raw.parameters as p
),

known as (
    select
        r.company_id, r.programme_id, r.programme_revenue_usd, r.method, r.fact_ids, c.evidence_class,
        cast(r.programme_revenue_usd as decimal(38, 9)) as usd,
        row_number() over (partition by r.company_id order by r.programme_revenue_usd desc, r.method desc) as place
    from core.programme_revenue as r
    inner join core.asked_programme as asked on asked.programme_id = r.programme_id
    inner join core.term_class as c on c.node_id = r.node_id
    where r.chosen and r.period_role = 'horizon' and r.programme_revenue_usd is not null
),

-- Of open terms alone nothing is known, and so nothing is founded.
term as (
    select k.* from known as k
    union all
    select distinct
        o.company_id, cast(null as varchar) as programme_id, cast(0 as double) as programme_revenue_usd,
        'bottom_up' as method, cast([] as varchar[]) as fact_ids, 'assumption' as evidence_class,
        cast(0 as decimal(38, 9)) as usd, 1 as place
    from core.open_term as o
    anti join known as k on k.company_id = o.company_id
),

summed as (
    select
        t.company_id,
        max(t.method) filter (where t.place = 1) as method,
        count(distinct t.programme_id) filter (where t.programme_revenue_usd > 0) as programmes,
        nullif(cast(sum(t.usd) as double), 0) as usd,
        cast(coalesce(sum(t.usd) filter (where t.evidence_class = 'filing'), 0) as double) as filing_usd,
        cast(coalesce(sum(t.usd) filter (where t.evidence_class = 'research'), 0) as double) as research_usd,
        cast(coalesce(sum(t.usd) filter (where t.evidence_class = 'rumour'), 0) as double) as rumour_usd,
        cast(coalesce(sum(t.usd) filter (where t.evidence_class = 'assumption'), 0) as double) as assumption_usd,
        -- Summed before it is divided, so that a part on a threshold is on it exactly.
        cast(
            coalesce(sum(t.usd) filter (where t.evidence_class in ('filing', 'research')), 0) as double
        ) as founded_usd,
        flatten(list(t.fact_ids)) as fact_ids
    from term as t
    group by t.company_id
),

used as (
    select
        s.company_id,
        unnest(list_distinct(list_concat(coalesce(s.fact_ids, []), coalesce(d.fact_ids, [])))) as fact_id
    from summed as s
    inner join core.denominator as d on d.company_id = s.company_id
),

counted as (
    select
        u.company_id, count(distinct u.fact_id) as facts, count(distinct v.origin_id) as origins,
        max(v.known_on) as newest_known_on, min(v.known_on) as oldest_known_on
    from used as u
    left join core.vintage as v on v.fact_id = u.fact_id
    group by u.company_id
)

select
    s.company_id, s.method, s.programmes,
    s.filing_usd / s.usd as part_filing,
    s.research_usd / s.usd as part_research,
    s.rumour_usd / s.usd as part_rumour,
    s.assumption_usd / s.usd as part_assumption,
    s.assumption_usd / s.usd as assumed_part,
    counted.facts, counted.origins, counted.newest_known_on, counted.oldest_known_on,
    case
        when
            s.founded_usd / s.usd >= parameter.grade_a_founded
            and s.assumption_usd / s.usd <= parameter.grade_a_assumed
            then 'A'
        when
            s.founded_usd / s.usd >= parameter.grade_b_founded
            and s.assumption_usd / s.usd <= parameter.grade_b_assumed
            then 'B'
        else 'C'
    end as grade,
    s.founded_usd / s.usd * sqrt(least(1, counted.origins / parameter.confidence_origins)) as confidence
from summed as s
inner join counted on counted.company_id = s.company_id
cross join parameter

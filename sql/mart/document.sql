-- is: Documents, with how many known facts each states and how much rests on them.
-- grain: source_id
with stated as (
    select
        d.source_id, count(distinct e.fact_id) as facts_known, count(distinct u.fact_id) as facts_used,
        count(distinct u.company_id) as companies_resting
    from raw.sources as d
    left join mart.evidence as e on e.source_id = d.source_id
    left join mart.fact_use as u on u.fact_id = e.fact_id
    group by d.source_id
)

select
    d.source_id, d.title, d.publisher, d.published_on, d.language, d.channel, d.tier, d.origin_id,
    s.facts_known, s.facts_used, s.companies_resting, d.url, question.as_of
from raw.sources as d
inner join stated as s on s.source_id = d.source_id
cross join core.question as question

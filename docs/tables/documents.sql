-- The documents that most companies of the default watchlist rest on.
with used as (
    select e.company_id, unnest(e.fact_ids) as fact_id from mart.exposure_weight as e
)

select
    s.title as "document",
    s.publisher as "publisher",
    s.tier as "tier",
    count(distinct e.fact_id) as "facts used",
    count(distinct u.company_id) as "companies"
from used as u
inner join mart.evidence as e on e.fact_id = u.fact_id
inner join raw.sources as s on s.source_id = e.source_id and s.source_id <> 'EXPOSURE'
group by s.source_id, s.title, s.publisher, s.tier
order by count(distinct u.company_id) desc, count(distinct e.fact_id) desc, s.source_id
limit 12

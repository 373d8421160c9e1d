-- is: The document behind each fact known at the date: its origin, its date, and whether its figure is circular.
-- grain: fact_id
select distinct
    e.fact_id, e.source_id, e.source_title, e.publisher, e.url, e.origin_id, e.tier, e.known_on, e.rests_on,
    source.published_precision in ('none', 'year') and e.tier <> 'assumption' and e.known_on = source.collected_on
        as is_undated,
    coalesce(v.circular, false) as circular,
    e.as_of
from mart.evidence as e
inner join raw.sources as source on source.source_id = e.source_id
left join core.vintage as v on v.fact_id = e.fact_id

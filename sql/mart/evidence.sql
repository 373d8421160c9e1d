-- is: Every claim that feeds the formula, with its document, and whether it is current.
-- grain: fact_id, measure, company_id
with current_vintage as (
    select distinct v.fact_id from core.vintage as v
)

select
    f.fact_id, f.kind, f.measure, f.company_id, f.scope_id, f.product_id, f.counterpart_id, f.period,
    f.unit, f.currency, f.low, f.base, f.high, f.tier, f.known_on, f.origin_id, f.source_id,
    s.title as source_title, s.publisher, s.published_on, s.url,
    f.rests_on, f.supersedes, f.withdrawn,
    c.fact_id is not null as is_current,
    question.as_of
from core.fact as f
cross join core.question as question
inner join raw.sources as s on s.source_id = f.source_id
left join current_vintage as c on c.fact_id = f.fact_id
where f.known_on <= question.as_of

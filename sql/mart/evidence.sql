-- is: Every claim known at the date with its document: what it says, who said it, since when, and whether the current answer uses it.
-- grain: fact_id, measure, company_id
with known as (
    select
        f.*
    from core.fact as f
    cross join core.question as question
    where f.known_on <= question.as_of
),

current_vintage as (
    select distinct v.fact_id
    from core.vintage as v
)

select
    k.fact_id,
    k.kind,
    k.measure,
    k.company_id,
    k.scope_id,
    k.product_id,
    k.counterpart_id,
    k.period,
    k.unit,
    k.currency,
    k.low,
    k.base,
    k.high,
    k.tier,
    k.known_on,
    k.origin_id,
    k.source_id,
    s.title as source_title,
    s.publisher,
    s.published_on,
    s.url,
    k.rests_on,
    k.supersedes,
    k.withdrawn,
    current_vintage.fact_id is not null as is_current,
    question.as_of
from known as k
inner join raw.sources as s on s.source_id = k.source_id
left join current_vintage on current_vintage.fact_id = k.fact_id
cross join core.question as question

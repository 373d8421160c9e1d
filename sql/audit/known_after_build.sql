-- is: Claims that would have become known after their own document was collected: claims from the future.
-- grain: finding_key
with early as (
    select
        f.fact_id, max(f.company_id) as company_id, max(f.scope_id) as scope_id, max(f.product_id) as product_id,
        max(f.known_on) as known_on, max(s.collected_on) as collected_on, max(s.source_id) as source_id
    from core.fact as f
    inner join raw.sources as s on s.source_id = f.source_id
    cross join core.question as question
    where f.known_on > s.collected_on and f.known_on <= question.as_of
    group by f.fact_id
)

select
    'finding' as severity, e.fact_id as finding_key, e.company_id, e.scope_id, e.product_id, year(e.known_on) as year,
    cast(date_diff('day', e.collected_on, e.known_on) as double) as value, cast(0 as double) as limit_value,
    printf(
        '%s is known on %s, and its document %s was collected on %s, %d days before.',
        e.fact_id, e.known_on, e.source_id, e.collected_on, date_diff('day', e.collected_on, e.known_on)
    ) as message,
    [e.fact_id] as fact_ids
from early as e

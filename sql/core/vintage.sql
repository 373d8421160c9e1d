-- is: The last claim of each origin on each subject and period; withdrawn and superseded claims are out.
-- grain: fact_id, measure, company_id
with known as (
    select
        k.known_by,
        f.fact_id,
        f.kind,
        f.vintage_key,
        f.known_on,
        f.is_own_unit,
        f.supersedes
    from core.fact as f
    inner join core.knowledge_date as k on k.kind = f.kind and f.known_on <= k.known_by
),

latest as (
    select
        k.known_by,
        k.vintage_key,
        arg_max(k.fact_id, row(k.known_on, k.is_own_unit, k.fact_id)) as fact_id
    from known as k
    left join known as newer on newer.supersedes = k.fact_id
    where newer.fact_id is null
    group by k.known_by, k.vintage_key
)

select
    l.known_by,
    f.fact_id,
    f.kind,
    f.measure,
    f.scope_id,
    f.product_id,
    f.company_id,
    f.counterpart_id,
    f.period,
    f.period_start,
    f.period_end,
    f.unit,
    f.currency,
    f.low,
    f.base,
    f.high,
    f.is_actual,
    f.tier,
    f.origin_id,
    f.source_id,
    f.known_on,
    f.rests_on,
    f.circular,
    f.subject_key
from latest as l
inner join core.fact as f
    on f.vintage_key = l.vintage_key and f.fact_id = l.fact_id
where not f.withdrawn

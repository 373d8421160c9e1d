-- is: What each origin said last on each subject and period, among what was known at the moment; withdrawn and superseded claims are out.
-- grain: moment, fact_id, measure, company_id
with admissible as (
    select
        k.moment,
        k.known_by,
        f.*
    from core.fact as f
    inner join core.knowledge_date as k on k.kind = f.kind and f.known_on <= k.known_by
),

ranked as (
    select
        a.*,
        rank() over (
            partition by a.moment, a.vintage_key
            order by a.known_on desc, a.is_own_unit desc, a.fact_id desc
        ) as age_rank
    from admissible as a
    left join admissible as newer on newer.moment = a.moment and newer.supersedes = a.fact_id
    where newer.fact_id is null
)

select
    r.moment,
    r.known_by,
    r.fact_id,
    r.kind,
    r.measure,
    r.scope_id,
    r.product_id,
    r.company_id,
    r.counterpart_id,
    r.period,
    r.period_start,
    r.period_end,
    r.unit,
    r.currency,
    r.low,
    r.base,
    r.high,
    r.is_actual,
    r.tier,
    r.origin_id,
    r.source_id,
    r.known_on,
    r.rests_on,
    r.circular,
    r.subject_key
from ranked as r
where r.age_rank = 1 and not r.withdrawn

-- is: What each origin said last on each subject and period, among what was known at the moment; withdrawn and superseded claims are out.
-- grain: moment, kind, measure, scope_id, product_id, company_id, counterpart_id, currency, unit, period_start, period_end, origin_id
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
        row_number() over (
            partition by
                a.moment, a.kind, a.measure, a.scope_id, a.product_id, a.company_id, a.counterpart_id,
                a.currency, case when a.kind in ('units', 'product_units', 'content') then null else a.unit end,
                a.period_start, a.period_end, a.origin_id
            order by a.known_on desc, a.unit = f.unit_basis desc nulls last, a.fact_id desc
        ) as age_rank
    from admissible as a
    left join raw.programmes as p on p.programme_id = a.scope_id
    left join raw.scopes as s on s.scope_id = a.scope_id
    left join raw.families as f on f.family_id = coalesce(p.family_id, s.family_id, a.scope_id)
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
    r.circular
from ranked as r
where r.age_rank = 1 and not r.withdrawn

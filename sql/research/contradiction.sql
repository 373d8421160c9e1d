-- is: Claims at odds: the pairs that were judged, and those that the ledger shows by itself.
-- grain: contradiction_id
with pair as (
    select
        c.contradiction_id, true as is_judged, c.kind, c.left_fact as left_fact_id, c.right_fact as right_fact_id,
        c.treatment, c.note
    from raw.contradictions as c
    union all
    select
        g.left_fact_id || '/' || g.right_fact_id as contradiction_id,
        false as is_judged, g.kind, g.left_fact_id, g.right_fact_id, g.treatment, null as note
    from research.claim_gap as g
    left join raw.contradictions as c
        on least(c.left_fact, c.right_fact) = least(g.left_fact_id, g.right_fact_id)
        and greatest(c.left_fact, c.right_fact) = greatest(g.left_fact_id, g.right_fact_id)
    where c.contradiction_id is null
)

select
    p.contradiction_id, p.kind, p.is_judged, l.subject, l.metric, l.object, l.scope_id, l.period,
    l.fact_id as left_fact_id,
    l.statement as left_statement,
    l.origin_id as left_origin_id,
    l.known_on as left_known_on,
    l.source_citation as left_citation,
    r.fact_id as right_fact_id,
    r.statement as right_statement,
    r.origin_id as right_origin_id,
    r.known_on as right_known_on,
    r.source_citation as right_citation,
    date_diff('day', l.known_on, r.known_on) as days_apart,
    p.treatment, p.note,
    [l.fact_id, r.fact_id] as fact_ids,
    l.as_of
from pair as p
inner join research.claim_range as l on l.fact_id = p.left_fact_id
inner join research.claim_range as r on r.fact_id = p.right_fact_id

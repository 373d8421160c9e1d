-- Pairs of claims whose ranges lie apart and that have not been judged.
select
    concat_ws(' ', c.subject, c.metric, c.object, c.scope_id, c.period) as "on",
    c.left_statement || ' (' || c.left_origin_id || ', ' || c.left_citation || ')' as "one says",
    c.right_statement || ' (' || c.right_origin_id || ', ' || c.right_citation || ')' as "another says",
    c.days_apart as "days apart",
    c.treatment as "what the engine does"
from research.contradiction as c
where not c.is_judged
order by c.subject, c.metric, c.object, c.scope_id, c.period, c.contradiction_id

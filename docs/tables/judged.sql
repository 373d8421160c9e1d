-- Pairs of claims at odds that have been judged.
select
    concat_ws(' ', c.subject, c.metric, c.object, c.scope_id, c.period) as "on",
    c.left_statement || ' (' || c.left_origin_id || ', ' || c.left_citation || ')' as "one says",
    c.right_statement || ' (' || c.right_origin_id || ', ' || c.right_citation || ')' as "another says",
    replace(c.kind, '_', ' ') as "kind",
    c.treatment as "what we do"
from research.contradiction as c
where c.is_judged
order by c.contradiction_id

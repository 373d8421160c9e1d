-- Assumptions of the project, barriers aside.
select
    c.fact_id as "fact",
    concat_ws(
        ' ', case when c.company_id <> c.subject then c.company_id end, c.subject, c.metric, c.object, c.scope_id,
        c.period, case when c.unit not in ('fraction', 'number') then '(' || c.unit || ')' end
    ) as "what",
    format('{:.6g}', c.low) as "low",
    format('{:.6g}', c.base) as "base",
    format('{:.6g}', c.high) as "high",
    c.note || ' (' || array_to_string(c.rests_on, ', ') || ')' as "why"
from mart.claim as c
where c.tier = 'assumption' and c.metric <> 'barrier'
order by c.fact_id

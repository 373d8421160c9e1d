-- Grades of how hard a supplier is to replace.
select
    c.fact_id as "fact",
    c.company_id as "company",
    format('{:.6g}', c.low) as "low",
    format('{:.6g}', c.base) as "base",
    format('{:.6g}', c.high) as "high",
    c.note || ' (' || array_to_string(c.rests_on, ', ') || ')' as "why"
from mart.claim as c
where c.tier = 'assumption' and c.metric = 'barrier'
order by c.fact_id

-- is: The facts behind those factors of a company that do not follow from the terms of its exposure.
-- grain: company_id, factor_name
with stated as (
    select
        p.company_id,
        case p.measure when 'barrier' then 'barrier' else 'visibility' end as factor_name,
        p.fact_ids
    from core.pooled as p
    where p.kind = 'signal' and p.period_role = 'horizon' and p.measure in ('barrier', 'visibility_until')
    union all
    select p.company_id, 'concentration' as factor_name, p.fact_ids
    from core.pooled as p
    where p.kind = 'disclosed' and p.measure = 'customer_share' and p.counterpart_id is not null
    union all
    select r.company_id, 'revision' as factor_name, f.fact_ids
    from core.programme_revenue as r
    inner join core.forecast_revision as f on f.family_id = r.family_id
    where r.chosen and r.period_role = 'horizon'
)

select
    s.company_id,
    s.factor_name,
    list_sort(list_distinct(flatten(list(s.fact_ids)))) as fact_ids,
    max(question.as_of) as as_of
from stated as s
cross join core.question as question
group by s.company_id, s.factor_name

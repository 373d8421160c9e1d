-- is: The facts that a company's factors rest on, with the conversions and exchange rates behind its claims.
-- grain: company_id, fact_id
with stated as (
    select
        r.company_id,
        unnest(list_concat(
            list_concat(coalesce(r.units_fact_ids, []), coalesce(r.content_fact_ids, [])),
            list_concat(coalesce(r.share_fact_ids, []), coalesce(r.other_fact_ids, []))
        )) as fact_id
    from core.programme_revenue as r
    where r.chosen
    union
    select d.company_id, unnest(list_concat(coalesce(d.fact_ids, []), coalesce(d.base_fact_ids, []))) as fact_id
    from core.denominator as d
    union
    select r.company_id, unnest(f.fact_ids) as fact_id
    from core.programme_revenue as r
    inner join core.forecast_revision as f on f.family_id = r.family_id
    where r.chosen
    union
    select p.company_id, unnest(p.fact_ids) as fact_id
    from core.pooled as p
    where p.kind = 'signal' or (p.kind = 'disclosed' and p.measure = 'customer_share')
),

used as (
    select s.company_id, s.fact_id from stated as s
    where s.fact_id is not null
    union
    select s.company_id, c.fx_fact_id
    from stated as s
    inner join core.yearly_claim as c on c.fact_id = s.fact_id
    where c.fx_fact_id is not null
    union
    select s.company_id, unnest(r.fact_ids)
    from stated as s
    inner join core.yearly_claim as c on c.fact_id = s.fact_id
    inner join core.unit_ratio as r on r.scope_id = c.scope_id and r.unit = c.unit
    where c.kind in ('units', 'content')
)

select u.company_id, u.fact_id, question.as_of
from used as u cross join core.question as question

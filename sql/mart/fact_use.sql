-- is: The facts that a listed company's exposure rests on.
-- grain: company_id, fact_id
with used as (
    select distinct e.company_id, unnest(e.fact_ids) as fact_id
    from mart.exposure_weight as e
)

select u.company_id, u.fact_id, question.as_of
from used as u
cross join core.question as question

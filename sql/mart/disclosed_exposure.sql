-- is: Stated parts of a company's sales in the three years, by programme, customer or product, pooled over origins.
-- grain: company_id, measure, scope_id, customer_id, product_id, year
select
    p.company_id, p.measure, p.scope_id, p.counterpart_id as customer_id, p.product_id, p.year,
    p.base as stated, p.low as stated_low, p.high as stated_high, p.tier, p.origins,
    list_sort(list_concat(coalesce(p.fact_ids, []), coalesce(p.bound_fact_ids, []))) as fact_ids, question.as_of
from core.pooled as p
cross join core.question as question
where p.kind = 'disclosed'

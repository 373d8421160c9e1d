-- is: The facts behind all that programmes bring a company in the three years, which its findings rest on as well.
-- grain: company_id
select r.company_id, list_sort(list_distinct(flatten(list(coalesce(r.fact_ids, []))))) as fact_ids
from core.programme_revenue as r
where r.chosen
group by r.company_id

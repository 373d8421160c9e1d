-- is: Each supply link in each year, and the supplier whose own content it takes, if any is stated.
-- grain: period_role, company_id, product_id, programme_id
select
    t.period_role, t.year, l.company_id, l.product_id, l.programme_id, l.family_id, l.fact_ids,
    -- A supplier's own content comes before that of all suppliers.
    own.supplier_id as content_supplier_id
from core.supply_link as l
cross join core.year as t
left join core.content as own
    on
        own.period_role = t.period_role and own.programme_id = l.programme_id
        and own.product_id = l.product_id and own.supplier_id = l.company_id

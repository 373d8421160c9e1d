-- is: Products behind a company's revenue at the horizon, and who makes them; NULL where sales are of any product.
-- grain: company_id, family_id, programme_id, product_id, maker_id
select b.company_id, b.family_id, b.programme_id, b.product_id, coalesce(b.via_company_id, b.company_id) as maker_id
from core.bottom_up as b
where b.period_role = 'horizon'
union
select d.company_id, d.family_id, s.programme_id, l.product_id, d.company_id as maker_id
from core.disclosed as d
inner join core.scope_programme as s on s.scope_id = d.scope_id
left join core.supply_link as l on l.company_id = d.company_id and l.programme_id = s.programme_id
where d.period_role = 'horizon'

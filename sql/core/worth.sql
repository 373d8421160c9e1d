-- is: What a programme spends on a product in a year: its units x the dollars of the product in one of them.
-- grain: period_role, programme_id, product_id, supplier_id
select
    u.period_role, u.year, u.family_id, c.programme_id, c.product_id, c.supplier_id, u.units, c.content_value_usd,
    u.units * c.content_value_usd as worth_usd,
    u.units_basis, c.content_basis,
    concat_ws('/', 'worth', c.product_id, c.programme_id, coalesce(c.supplier_id, '-'), u.year) as node_id,
    [u.node_id, c.node_id] as children
from core.content as c
inner join core.programme_units as u on u.period_role = c.period_role and u.programme_id = c.programme_id

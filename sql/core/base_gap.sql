-- is: Families whose base year is unknown: base-year sales of a material product lack a content or a share.
-- grain: company_id, family_id
with parameter as (
    select p.value as material_part from raw.parameters as p where p.parameter = 'material_part'
),

horizon as (
    select b.company_id, b.family_id, b.product_id, sum(cast(b.revenue_usd as decimal(38, 9))) as product_usd
    from core.bottom_up as b
    where b.period_role = 'horizon' and b.counted
    group by b.company_id, b.family_id, b.product_id
),

total as (
    select h.company_id, nullif(cast(sum(h.product_usd) as double), 0) as company_usd
    from horizon as h
    group by h.company_id
),

unknown_product as (
    select
        b.company_id, b.family_id, b.product_id, sum(b.units / nullif(f.units, 0)) as unit_part,
        list_sort(list_distinct(flatten(list(b.missing)))) as missing
    from core.bottom_up as b
    inner join core.family_units as f on f.family_id = b.family_id and f.period_role = 'base'
    where b.period_role = 'base' and b.revenue_usd is null and b.units > 0 and b.via_company_id is null
    group by b.company_id, b.family_id, b.product_id
),

gap as (
    select
        h.company_id, h.family_id, cast(sum(h.product_usd) as double) / max(total.company_usd) as gap_part,
        list_sort(list_distinct(flatten(list(u.missing)))) as missing
    from horizon as h
    inner join total on total.company_id = h.company_id
    inner join unknown_product as u
        on u.company_id = h.company_id and u.family_id = h.family_id and u.product_id = h.product_id
    cross join parameter
    where u.unit_part >= parameter.material_part and h.product_usd > 0
    group by h.company_id, h.family_id
)

select g.company_id, g.family_id, g.gap_part, g.missing
from gap as g
cross join parameter
where g.gap_part >= parameter.material_part

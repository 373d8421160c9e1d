-- is: Custom silicon in the model: a designer's units and revenue in a year, by family, and over all families (NULL).
-- grain: company_id, family_id, year
with designed as (
    select
        b.*,
        b.units * b.supply_share as designed_units,
        list_concat(
            coalesce(b.units_fact_ids, []), coalesce(b.content_fact_ids, []), coalesce(b.share_fact_ids, [])
        ) as fact_ids
    from core.bottom_up as b
    where b.product_id = 'asic-design' and b.via_company_id is null and b.counted
)

select
    d.company_id, d.family_id, d.year,
    count(*) as programmes,
    cast(sum(cast(d.designed_units as decimal(38, 9))) as double) as units,
    cast(sum(cast(d.revenue_usd as decimal(38, 9))) as double) as revenue_usd,
    cast(sum(cast(d.revenue_usd_low as decimal(38, 9))) as double) as revenue_usd_low,
    cast(sum(cast(d.revenue_usd_high as decimal(38, 9))) as double) as revenue_usd_high,
    max(d.tier_rank) as tier_rank,
    list_sort(list_distinct(flatten(list(d.fact_ids)))) as fact_ids,
    max(question.as_of) as as_of
from designed as d
cross join core.question as question
group by grouping sets ((d.company_id, d.family_id, d.year), (d.company_id, d.year))

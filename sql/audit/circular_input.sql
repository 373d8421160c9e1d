-- is: Programme revenue at the horizon that rests on content solved back from a company's own sales or forecast.
-- grain: finding_key
with part as (
    select
        r.*,
        cast(sum(cast(r.programme_revenue_usd as decimal(38, 9))) over (partition by r.company_id) as double)
            as total_usd
    from core.programme_revenue as r
    where r.chosen and r.period_role = 'horizon' and r.programme_revenue_usd > 0
),

summed as (
    select
        p.company_id, p.family_id, p.product_id,
        max(p.year) as year,
        cast(sum(cast(p.programme_revenue_usd as decimal(38, 9))) as double) as circular_usd,
        max(p.total_usd) as total_usd,
        list_sort(list_distinct(flatten(list(p.content_fact_ids)))) as fact_ids
    from part as p
    where p.circular
    group by p.company_id, p.family_id, p.product_id
)

select
    'finding' as severity,
    concat_ws('|', s.company_id, s.product_id, s.family_id) as finding_key,
    s.company_id, s.family_id as scope_id, s.product_id, s.year,
    s.circular_usd / s.total_usd as value, cast(0 as double) as limit_value,
    printf(
        'USD %.1fm of %s from %s on %s in %d, %.1f%% of its programme revenue, rest on content solved back from sales.',
        s.circular_usd / 1e6, s.company_id, s.product_id, s.family_id, s.year, 100 * s.circular_usd / s.total_usd
    ) as message,
    s.fact_ids
from summed as s

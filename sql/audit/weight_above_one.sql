-- is: Companies whose programme revenue at the horizon is more than all of their sales.
-- grain: finding_key
select
    'weight_above_one' as finding,
    'finding' as severity,
    concat_ws('|', d.company_id, question.horizon) as finding_key,
    d.company_id,
    cast(null as varchar) as scope_id,
    cast(null as varchar) as product_id,
    question.horizon as year,
    d.programme_revenue_usd / d.company_revenue_usd as value,
    cast(1 as double) as limit_value,
    printf(
        '%s would have USD %.1fm from programmes in %d, %.1f%% of its sales of USD %.1fm (%s).',
        d.company_id, d.programme_revenue_usd / 1e6, question.horizon, 100 * d.programme_revenue_usd / d.company_revenue_usd,
        d.company_revenue_usd / 1e6, d.denominator
    ) as message,
    list_sort(d.fact_ids) as fact_ids,
    question.as_of
from core.denominator as d
cross join core.question as question
where d.company_revenue_usd > 0 and d.programme_revenue_usd > d.company_revenue_usd

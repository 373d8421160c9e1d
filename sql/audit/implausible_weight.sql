-- is: Companies for which the programmes are so much of their sales at the horizon that hardly another business is left.
-- grain: finding_key
select
    'implausible_weight' as finding,
    'finding' as severity,
    concat_ws('|', d.company_id, question.horizon) as finding_key,
    d.company_id,
    cast(null as varchar) as scope_id,
    cast(null as varchar) as product_id,
    question.horizon as year,
    d.programme_revenue_usd / d.company_revenue_usd as value,
    parameter.value as limit_value,
    printf(
        '%s would have USD %.1fm from programmes in %d, %.1f%% of its sales of USD %.1fm (%s).',
        d.company_id, d.programme_revenue_usd / 1e6, question.horizon, 100 * d.programme_revenue_usd / d.company_revenue_usd,
        d.company_revenue_usd / 1e6, d.denominator
    ) as message,
    list_sort(d.fact_ids) as fact_ids,
    question.as_of
from core.denominator as d
cross join core.question as question
inner join raw.parameters as parameter on parameter.parameter = 'implausible_weight'
where
    d.company_revenue_usd > 0 and d.programme_revenue_usd > parameter.value * d.company_revenue_usd
    and d.programme_revenue_usd <= d.company_revenue_usd

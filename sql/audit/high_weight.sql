-- is: Companies whose programme revenue at the horizon is more of their sales than is plausible.
-- grain: company_id
select
    d.company_id, question.horizon as year, d.programme_revenue_usd / d.company_revenue_usd as exposure_weight,
    parameter.value as limit_value, d.programme_revenue_usd > d.company_revenue_usd as is_above_one,
    printf(
        '%s would have USD %.1fm from programmes in %d, %.1f%% of its sales of USD %.1fm (%s).',
        d.company_id, d.programme_revenue_usd / 1e6, question.horizon,
        100 * d.programme_revenue_usd / d.company_revenue_usd, d.company_revenue_usd / 1e6, d.denominator
    ) as message,
    list_sort(list_distinct(list_concat(coalesce(d.fact_ids, []), coalesce(f.fact_ids, [])))) as fact_ids
from core.denominator as d
left join audit.programme_fact as f on f.company_id = d.company_id
inner join raw.parameters as parameter on parameter.parameter = 'implausible_weight'
cross join core.question as question
where d.company_revenue_usd > 0 and d.programme_revenue_usd > parameter.value * d.company_revenue_usd

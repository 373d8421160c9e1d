-- is: Forecasts of sales that what was reported of the same year has overtaken, or leaves out of reach.
-- grain: finding_key
select
    'finding' as severity, concat_ws('|', r.company_id, r.year) as finding_key, r.company_id,
    cast(null as varchar) as scope_id, cast(null as varchar) as product_id, r.year, r.expected_revenue_usd as value,
    case when r.expected_revenue_usd < r.floor_usd then r.floor_usd else r.ceiling_usd end as limit_value,
    printf(
        'Sales of %s in %d are expected at USD %.1fm; %s leaves from USD %.1fm, its pace, to USD %.1fm, the most.',
        r.company_id, r.year, r.expected_revenue_usd / 1e6, rate.period, r.floor_usd / 1e6, r.ceiling_usd / 1e6
    ) as message,
    list_sort(list_distinct(list_concat(coalesce(r.fact_ids, []), coalesce(rate.fact_ids, [])))) as fact_ids
from core.company_revenue as r
inner join core.run_rate as rate on rate.company_id = r.company_id and rate.period_role = r.period_role
inner join raw.parameters as parameter on parameter.parameter = 'rounding'
where
    r.period_role = 'horizon' and (
        r.expected_revenue_usd < r.floor_usd * (1 - parameter.value)
        or r.expected_revenue_usd > r.ceiling_usd * (1 + parameter.value)
    )

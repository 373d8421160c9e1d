-- is: Companies whose sales at the horizon, implied by the programmes and forecast by others, lie too far apart.
-- grain: finding_key
with implied as (
    select
        d.company_id, d.consensus_revenue_usd,
        d.base_revenue_usd + d.programme_revenue_usd - d.programme_revenue_base_usd as implied_usd,
        list_sort(list_distinct(flatten(
            [coalesce(d.fact_ids, []), coalesce(d.base_fact_ids, []), coalesce(s.fact_ids, [])]
        ))) as fact_ids
    from core.denominator as d
    left join audit.programme_fact as s on s.company_id = d.company_id
    where d.consensus_revenue_usd > 0
),

compared as (
    select i.*, i.implied_usd / i.consensus_revenue_usd - 1 as gap
    from implied as i
)

select
    'finding' as severity, concat_ws('|', c.company_id, question.horizon) as finding_key, c.company_id,
    cast(null as varchar) as scope_id, cast(null as varchar) as product_id, question.horizon as year, c.gap as value,
    parameter.value as limit_value,
    printf(
        'With other business flat, %s would sell USD %.1fm in %d; the forecast is USD %.1fm, %.1f%% apart.',
        c.company_id, c.implied_usd / 1e6, question.horizon, c.consensus_revenue_usd / 1e6, 100 * abs(c.gap)
    ) as message,
    c.fact_ids
from compared as c
inner join raw.parameters as parameter on parameter.parameter = 'revenue_gap'
cross join core.question as question
where abs(c.gap) > parameter.value

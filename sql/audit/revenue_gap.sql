-- is: Companies whose sales at the horizon, as the programmes imply them, and as others forecast them, lie too far apart.
-- grain: finding_key
with implied as (
    select
        d.company_id,
        d.base_revenue_usd + d.programme_revenue_usd - d.programme_revenue_base_usd as implied_usd,
        d.consensus_revenue_usd,
        list_sort(list_distinct(list_concat(d.fact_ids, d.base_fact_ids))) as fact_ids
    from core.denominator as d
    where d.programme_revenue_base_usd is not null and d.base_revenue_usd is not null and d.consensus_revenue_usd > 0
)

select
    'revenue_gap' as finding,
    'finding' as severity,
    concat_ws('|', i.company_id, question.horizon) as finding_key,
    i.company_id,
    cast(null as varchar) as scope_id,
    cast(null as varchar) as product_id,
    question.horizon as year,
    i.implied_usd / i.consensus_revenue_usd - 1 as value,
    parameter.value as limit_value,
    printf(
        'The sales of %s in %d would be USD %.1fm by its programmes, other business held flat, and are forecast at USD %.1fm: %.1f%% apart.',
        i.company_id, question.horizon, i.implied_usd / 1e6, i.consensus_revenue_usd / 1e6, 100 * abs(i.implied_usd / i.consensus_revenue_usd - 1)
    ) as message,
    i.fact_ids,
    question.as_of
from implied as i
inner join raw.parameters as parameter on parameter.parameter = 'revenue_gap'
cross join core.question as question
where abs(i.implied_usd / i.consensus_revenue_usd - 1) > parameter.value

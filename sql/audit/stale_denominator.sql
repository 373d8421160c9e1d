-- is: Companies with programme revenue whose latest reported sales, of a year or a part of one, ended too long ago.
-- grain: finding_key
with aged as (
    select
        t.company_id, t.period, t.period_end, t.age_days, t.fact_id, question.as_of_revenue,
        date_diff('day', rate.period_end, question.as_of_revenue) as part_age_days
    from core.trailing_revenue as t
    inner join core.denominator as d on d.company_id = t.company_id and d.programme_revenue_usd > 0
    left join core.run_rate as rate on rate.company_id = t.company_id and rate.period_role = 'horizon'
    cross join core.question as question
)

select
    'finding' as severity, concat_ws('|', a.company_id, a.period) as finding_key, a.company_id,
    cast(null as varchar) as scope_id, cast(null as varchar) as product_id, year(a.period_end) as year,
    cast(a.age_days as double) as value, parameter.value as limit_value,
    printf(
        'The latest sales of %s are of %s, which ended %d days before %s; %d are the most that is fresh.',
        a.company_id, a.period, a.age_days, a.as_of_revenue, cast(parameter.value as integer)
    ) as message,
    [a.fact_id] as fact_ids
from aged as a
inner join raw.parameters as parameter on parameter.parameter = 'stale_after_days'
where a.age_days > parameter.value and coalesce(a.part_age_days > parameter.value, true)

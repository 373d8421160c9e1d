-- is: Quantified companies whose latest reported twelve months, and any part of a year after them, ended too long ago.
-- grain: finding_key
select
    'stale_denominator' as finding,
    'finding' as severity,
    concat_ws('|', t.company_id, t.period) as finding_key,
    t.company_id,
    cast(null as varchar) as scope_id,
    cast(null as varchar) as product_id,
    year(r.period_end) as year,
    cast(date_diff('day', r.period_end, question.as_of_revenue) as double) as value,
    parameter.value as limit_value,
    printf(
        'The latest sales of %s are of %s, which ended %d days before %s; %d are the most that is fresh.',
        t.company_id, t.period, date_diff('day', r.period_end, question.as_of_revenue), question.as_of_revenue, cast(parameter.value as integer)
    ) as message,
    [t.fact_id] as fact_ids,
    question.as_of
from core.trailing_revenue as t
inner join core.denominator as d on d.company_id = t.company_id
inner join raw.company_revenues as r on r.fact_id = t.fact_id
inner join raw.parameters as parameter on parameter.parameter = 'stale_after_days'
cross join core.question as question
left join core.run_rate as rate on rate.company_id = t.company_id
where
    date_diff('day', r.period_end, question.as_of_revenue) > parameter.value
    and (rate.company_id is null or date_diff('day', rate.period_end, question.as_of_revenue) > parameter.value)

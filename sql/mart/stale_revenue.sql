-- is: Companies whose latest reported sales, of a year or of a part of one, ended too long ago.
-- grain: company_id
with latest as (
    select v.company_id, max(v.period_end) as period_end
    from core.vintage as v
    where v.kind = 'revenue' and v.measure in ('actual', 'trailing', 'part_year') and v.base is not null
    group by v.company_id
)

select
    l.company_id, l.period_end, date_diff('day', l.period_end, question.as_of_revenue) as age_days,
    cast(parameter.value as integer) as stale_after_days, question.as_of_revenue, question.as_of
from latest as l
inner join raw.parameters as parameter on parameter.parameter = 'stale_after_days'
cross join core.question as question
where date_diff('day', l.period_end, question.as_of_revenue) > parameter.value

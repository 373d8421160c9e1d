-- is: Companies with their listing and their latest reported sales.
-- grain: company_id
select
    c.company_id, c.name, c.name_local, l.ticker, c.mic, c.country, c.currency, l.company_id is not null as is_listed,
    r.trailing_revenue_usd, r.period_end as trailing_period_end, r.age_days as trailing_age_days, question.as_of
from raw.companies as c
left join core.listing as l on l.company_id = c.company_id
left join core.trailing_revenue as r on r.company_id = c.company_id
cross join core.question as question

-- is: Companies with their listing, and the sales that programme revenue is set against.
-- grain: company_id
select
    c.company_id,
    c.name,
    c.name_local,
    c.ticker || coalesce(e.suffix, '') as ticker,
    c.mic,
    c.country,
    c.currency,
    c.ticker is not null as is_listed,
    r.trailing_revenue_usd,
    r.period_end as trailing_period_end,
    r.age_days as trailing_age_days,
    question.as_of
from raw.companies as c
left join raw.exchanges as e on e.mic = c.mic
left join core.trailing_revenue as r on r.company_id = c.company_id
cross join core.question as question

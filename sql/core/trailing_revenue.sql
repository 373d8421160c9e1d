-- is: A company's latest reported twelve months, in dollars, with the day they end.
-- grain: company_id
with reported as (
    select
        v.company_id,
        v.period,
        stated.period_end,
        v.known_by,
        v.base * case when v.currency = 'USD' then 1 else fx.usd_per_unit end as revenue_usd,
        v.fact_id,
        v.tier,
        row_number() over (
            partition by v.company_id
            order by stated.period_end desc, v.known_on desc, v.fact_id desc
        ) as place
    from core.vintage as v
    -- The ledger has a fiscal year as a calendar year; how old the figure is depends on the day it really ends.
    inner join raw.company_revenues as stated on stated.fact_id = v.fact_id
    left join core.fx_rate as fx on fx.currency = v.currency and fx.year = year(v.period_end)
    where v.moment = 'now' and v.kind = 'revenue' and v.measure in ('actual', 'trailing') and v.base is not null
)

select
    r.company_id,
    r.period,
    r.period_end,
    date_diff('day', r.period_end, r.known_by) as age_days,
    r.revenue_usd as trailing_revenue_usd,
    r.tier,
    r.fact_id
from reported as r
where r.place = 1

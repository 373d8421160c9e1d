-- is: A company's latest reported twelve months, in dollars, with the day they end.
-- grain: company_id
with reported as (
    select
        v.company_id,
        arg_max(
            struct_pack(
                period := v.period, period_end := stated.period_end, known_by := v.known_by, tier := v.tier, fact_id := v.fact_id,
                revenue_usd := v.base * case when v.currency = 'USD' then 1 else fx.usd_per_unit end
            ),
            row(stated.period_end, v.known_on, v.fact_id)
        ) as latest
    from core.vintage as v
    -- The ledger has a fiscal year as a calendar year; how old the figure is depends on the day it really ends.
    inner join raw.company_revenues as stated on stated.fact_id = v.fact_id
    left join core.fx_rate as fx on fx.currency = v.currency and fx.year = year(v.period_end)
    where v.kind = 'revenue' and v.measure in ('actual', 'trailing') and v.base is not null
    group by v.company_id
)

select
    r.company_id,
    (r.latest).period as period,
    (r.latest).period_end as period_end,
    date_diff('day', (r.latest).period_end, (r.latest).known_by) as age_days,
    (r.latest).revenue_usd as trailing_revenue_usd,
    (r.latest).tier as tier,
    (r.latest).fact_id as fact_id
from reported as r

-- is: What a company's sales of the horizon year come to if the reported part of that year goes on at its pace, in dollars.
-- grain: company_id
with parameter as (
    select
        max(p.value) filter (where p.parameter = 'run_rate_days') as run_rate_days,
        max(p.value) filter (where p.parameter = 'carry_widening') as carry_widening
    from raw.parameters as p
),

reported as (
    select
        v.company_id,
        arg_max(
            struct_pack(
                period := v.period, period_end := v.period_end, year := t.year, tier := v.tier, fact_id := v.fact_id,
                pace := (date_diff('day', t.year_start, t.year_end) + 1) / (date_diff('day', v.period_start, v.period_end) + 1),
                part_usd := v.base * case when v.currency = 'USD' then 1 else fx.usd_per_unit end
            ),
            row(v.period_end, v.known_on, v.fact_id)
        ) as latest
    from core.vintage as v
    inner join core.year as t on t.period_role = 'horizon' and v.period_start = t.year_start and v.period_end < t.year_end
    cross join parameter
    left join core.fx_rate as fx on fx.currency = v.currency and fx.year = t.year
    where
        v.kind = 'revenue' and v.measure = 'part_year' and v.base is not null
        and date_diff('day', v.period_start, v.period_end) + 1 >= parameter.run_rate_days
    group by v.company_id
)

select
    r.company_id,
    (r.latest).period as period,
    (r.latest).period_end as period_end,
    (r.latest).year as year,
    (r.latest).pace as pace,
    (r.latest).part_usd * (r.latest).pace as revenue_usd,
    (r.latest).part_usd * (r.latest).pace * (1 - parameter.carry_widening) as revenue_usd_low,
    (r.latest).part_usd * (r.latest).pace * (1 + parameter.carry_widening) as revenue_usd_high,
    (r.latest).tier as tier,
    (r.latest).fact_id as fact_id
from reported as r
cross join parameter

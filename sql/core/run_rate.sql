-- is: What a company's sales of a year come to if the year goes on at the pace of its reported part.
-- grain: period_role, company_id
with parameter as (
    select
        max(p.value) filter (where p.parameter = 'run_rate_days') as run_rate_days,
        max(p.value) filter (where p.parameter = 'carry_widening') as carry_widening
    from raw.parameters as p
),

dated as (
    select
        v.*, t.period_role, t.year, date_diff('day', v.period_start, v.period_end) + 1 as days,
        date_diff('day', t.year_start, t.year_end) + 1 as year_days
    from core.vintage as v
    inner join core.year as t on t.year_start = v.period_start
    where
        t.period_role <> 'prior' and v.period_end < t.year_end
        and v.kind = 'revenue' and v.measure = 'part_year' and v.base is not null
),

reported as (
    select
        d.period_role, d.company_id, d.period, d.period_end, d.year, d.tier, d.fact_id, d.year_days / d.days as pace,
        d.base * fx.usd_per_unit as part_usd, d.node_id as fact_node_id, d.currency, fx.usd_per_unit,
        fx.fact_id as fx_fact_id, greatest(d.year - fx.rate_year, 0) as fx_years_carried,
        row_number() over (
            partition by d.period_role, d.company_id order by d.period_end desc, d.known_on desc, d.fact_id desc
        ) as place
    from dated as d
    cross join parameter
    left join core.fx_rate as fx on fx.currency = d.currency and fx.year = d.year
    where d.days >= parameter.run_rate_days
)

select
    r.period_role, r.company_id, r.period, r.period_end, r.year, r.pace, r.tier, r.fact_id,
    r.part_usd * r.pace as revenue_usd,
    r.part_usd * r.pace * (1 - parameter.carry_widening) as revenue_usd_low,
    r.part_usd * r.pace * (1 + parameter.carry_widening) as revenue_usd_high,
    r.currency, r.usd_per_unit, r.fx_fact_id, r.fx_years_carried,
    concat_ws('/', 'run_rate', r.company_id, r.year) as node_id,
    list_filter([
        r.fact_node_id,
        case
            when r.fx_fact_id is not null then concat_ws('/', 'fx', r.currency, r.fx_fact_id, r.fx_years_carried)
        end,
        concat_ws('/', 'pace', r.company_id, r.year)
    ], lambda x: x is not null) as children
from reported as r
cross join parameter
where r.place = 1

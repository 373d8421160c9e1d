-- is: A company's latest reported twelve months, in dollars, and the day they end.
-- grain: company_id
with reported as (
    select
        v.company_id, v.period, stated.period_end, v.tier, v.fact_id,
        date_diff('day', stated.period_end, v.known_by) as age_days, v.node_id as fact_node_id, fx.usd_per_unit,
        fx.fact_id as fx_fact_id, greatest(year(v.period_end) - fx.rate_year, 0) as fx_years_carried, v.currency,
        v.base * fx.usd_per_unit as trailing_revenue_usd,
        row_number() over (
            partition by v.company_id order by stated.period_end desc, v.known_on desc, v.fact_id desc
        ) as place
    from core.vintage as v
    -- The ledger keeps a fiscal year as a calendar year; how old a figure is depends on the day its year really ends.
    inner join raw.company_revenues as stated on stated.fact_id = v.fact_id
    left join core.fx_rate as fx on fx.currency = v.currency and fx.year = year(v.period_end)
    where v.kind = 'revenue' and v.measure in ('actual', 'trailing') and v.base is not null
)

select
    r.company_id, r.period, r.period_end, r.age_days, r.trailing_revenue_usd, r.tier, r.fact_id, r.currency,
    r.usd_per_unit, r.fx_fact_id, r.fx_years_carried,
    concat_ws('/', 'trailing', r.company_id) as node_id,
    list_filter([
        r.fact_node_id,
        case
            when r.fx_fact_id is not null then concat_ws('/', 'fx', r.currency, r.fx_fact_id, r.fx_years_carried)
        end
    ], lambda x: x is not null) as children
from reported as r
where r.place = 1

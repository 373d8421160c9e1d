-- is: The reported part of a company's year, what the year comes to at its pace, and the most that it can reach.
-- grain: period_role, company_id
with parameter as (
    select
        max(p.value) filter (where p.parameter = 'run_rate_days') as run_rate_days,
        max(p.value) filter (where p.parameter = 'carry_widening') as carry_widening,
        max(p.value) filter (where p.parameter = 'remainder_high') as remainder_high
    from raw.parameters as p
),

dated as (
    select
        t.period_role, t.year, v.company_id, v.currency, v.tier, j.claim_key, j.known_on, j.last_month, j.last_fact_id,
        j.base, j.last_base_per_month, j.fact_ids, stated.period_end,
        case when j.parts = 1 then v.node_id else j.node_id end as part_node_id,
        case when j.parts = 1 then v.period else concat_ws(' to ', t.year || '-01', v.period) end as period,
        date_diff('day', t.year_start, v.period_end) + 1 as days,
        date_diff('day', t.year_start, t.year_end) + 1 as year_days,
        row_number() over (
            partition by t.period_role, v.company_id order by v.period_end desc, j.known_on desc, j.claim_key
        ) as place
    from core.joined_part as j
    inner join core.vintage as v on v.fact_id = j.last_fact_id and v.kind = j.kind and v.subject_key = j.subject_key
    inner join core.year as t on t.year = j.year and t.period_role <> 'prior'
    -- A fiscal quarter counts as a calendar quarter; how old it is depends on the day on which it really ends.
    inner join raw.company_revenues as stated on stated.fact_id = v.fact_id
    where j.kind = 'revenue' and j.extent = 'to_date' and j.months < 12
),

-- The year before over the same months of it, where both are known: what the season does to the rest of a year.
season as (
    select d.period_role, d.company_id, max(whole.base / p.base_to_date) as season
    from dated as d
    inner join core.year_part as p
        on p.claim_key = d.claim_key and p.year = d.year - 1 and p.is_joined and p.last_month = d.last_month
    inner join core.vintage as whole
        on
            whole.company_id = d.company_id and whole.kind = 'revenue' and whole.measure = 'actual'
            and year(whole.period_start) = d.year - 1 and whole.currency = d.currency
    where p.base_to_date > 0
    group by d.period_role, d.company_id
),

paced as (
    select
        d.*, least(d.year_days / d.days, season.season) as pace,
        -- The rest at the fastest of three paces: since January, of the latest part, and as the year before.
        greatest(
            d.base / d.days, d.last_base_per_month * 12 / d.year_days,
            d.base * (season.season - 1) / (d.year_days - d.days)
        ) * (d.year_days - d.days) * parameter.remainder_high as most_rest,
        parameter.carry_widening
    from dated as d
    cross join parameter
    left join season on season.period_role = d.period_role and season.company_id = d.company_id
    where d.place = 1 and d.days >= parameter.run_rate_days
)

select
    p.period_role, p.company_id, p.period, p.period_end, p.year, p.pace, p.tier, p.fact_ids,
    p.base * fx.usd_per_unit as part_usd,
    p.base * fx.usd_per_unit * p.pace as revenue_usd,
    p.base * fx.usd_per_unit * p.pace * (1 - p.carry_widening) as revenue_usd_low,
    p.base * fx.usd_per_unit * p.pace * (1 + p.carry_widening) as revenue_usd_high,
    (p.base + p.most_rest) * fx.usd_per_unit as reach_usd,
    p.currency, fx.usd_per_unit, fx.fact_id as fx_fact_id, greatest(p.year - fx.rate_year, 0) as fx_years_carried,
    concat_ws('/', 'run_rate', p.company_id, p.year) as node_id,
    list_filter([
        p.part_node_id,
        case
            when fx.fact_id is not null
                then concat_ws('/', 'fx', p.currency, fx.fact_id, greatest(p.year - fx.rate_year, 0))
        end,
        concat_ws('/', 'pace', p.company_id, p.year)
    ], lambda x: x is not null) as children
from paced as p
left join core.fx_rate as fx on fx.currency = p.currency and fx.year = p.year

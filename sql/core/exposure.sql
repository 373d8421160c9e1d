-- is: Part of a company's sales at the horizon that a programme brings, or all those asked for (no programme).
-- grain: company_id, programme_id
with numerator as (
    select
        r.company_id, r.family_id, r.programme_id,
        sum(cast(r.programme_revenue_usd as decimal(38, 9))) filter (where r.period_role = 'horizon') as usd,
        sum(cast(r.programme_revenue_usd_low as decimal(38, 9))) filter (where r.period_role = 'horizon') as usd_low,
        sum(cast(r.programme_revenue_usd_high as decimal(38, 9))) filter (where r.period_role = 'horizon') as usd_high,
        sum(cast(r.programme_revenue_usd as decimal(38, 9))) filter (where r.period_role = 'base') as base_usd
    from core.programme_revenue as r
    where r.chosen
    group by r.company_id, r.family_id, r.programme_id
),

counted as (
    select
        n.company_id, n.family_id, n.programme_id, cast(n.usd as double) as usd, cast(n.usd_low as double) as usd_low,
        cast(n.usd_high as double) as usd_high, cast(n.base_usd as double) as base_usd
    from numerator as n
    union all
    select
        f.company_id, f.family_id, null as programme_id, f.programme_revenue_usd, f.programme_revenue_usd_low,
        f.programme_revenue_usd_high, f.programme_revenue_base_usd
    from core.family_revenue as f
    where f.selection = 'asked' and f.family_id is null
),

measured as (
    select
        c.*, d.denominator, d.company_revenue_usd as sales_usd, d.company_revenue_usd_low as sales_usd_low,
        d.company_revenue_usd_high as sales_usd_high, d.flat_revenue_usd as flat_usd,
        c.usd / d.company_revenue_usd as exposure_weight,
        -- Sales of another year than the programmes' would make a ratio of nothing.
        case when d.base_revenue_basis <> 'stale' then d.base_revenue_usd end as base_sales_usd, d.expectation_gap,
        coalesce(s.exposure_limit, 1) as exposure_limit
    from counted as c
    inner join core.denominator as d on d.company_id = c.company_id
    left join core.stated_limit as s on s.company_id = c.company_id
    where d.company_revenue_usd > 0 and c.usd is not null
)

select
    m.company_id, m.family_id, m.programme_id, m.exposure_weight, m.base_usd / m.base_sales_usd as exposure_base,
    (m.usd - m.base_usd) / m.base_sales_usd as growth, m.expectation_gap,
    case
        when m.denominator = 'consensus'
            then
                -- A range that reaches down to nothing has no logarithm: its lower end is nothing.
                greatest(m.exposure_weight * exp(-sqrt(
                    power(ln(m.usd / nullif(m.usd_low, 0)), 2) + power(ln(m.sales_usd_high / m.sales_usd), 2)
                )), 0)
        -- Sales at their pace are what they are however little of them the programmes bring.
        when m.denominator = 'run-rate' then m.usd_low / m.sales_usd_high
        -- Programmes above all sales leave no other business that could be held flat.
        when m.sales_usd < m.usd then m.usd_low / m.sales_usd
        else m.usd_low / (m.sales_usd - m.usd + m.usd_low)
    end as exposure_low,
    -- No part exceeds the whole, or a stated part of it, unless the central value already does, which is a finding.
    least(greatest(m.exposure_weight, m.exposure_limit), case
        when m.denominator = 'consensus'
            then
                coalesce(m.exposure_weight * exp(sqrt(
                    power(ln(m.usd_high / nullif(m.usd, 0)), 2) + power(ln(m.sales_usd / nullif(m.sales_usd_low, 0)), 2)
                )), m.usd_high / m.sales_usd)
        -- The more the programmes bring, the more sales there are.
        when m.denominator = 'run-rate'
            then m.usd_high / greatest(m.sales_usd_low, m.usd_high, m.flat_usd - m.usd + m.usd_high)
        when m.sales_usd < m.usd then m.usd_high / m.sales_usd
        else m.usd_high / (m.sales_usd - m.usd + m.usd_high)
    end) as exposure_high,
    m.usd as programme_revenue_usd, m.usd_low as programme_revenue_usd_low, m.usd_high as programme_revenue_usd_high,
    m.base_usd as programme_revenue_base_usd, m.sales_usd as company_revenue_usd, m.denominator
from measured as m

-- is: Part of a company's sales at the horizon that a programme brings in, same year over same year.
-- grain: company_id, programme_id
with chosen as (
    select
        r.company_id,
        r.family_id,
        r.programme_id,
        r.period_role,
        r.programme_revenue_usd,
        r.programme_revenue_usd_low,
        r.programme_revenue_usd_high,
        r.method,
        r.units,
        r.assumed_inputs,
        r.rumoured_inputs,
        r.share_is_rumour,
        r.circular,
        r.tier_rank,
        r.origins,
        list_distinct(list_concat(list_concat(r.units_fact_ids, r.content_fact_ids), list_concat(r.share_fact_ids, r.other_fact_ids))) as fact_ids
    from core.programme_revenue as r
    where r.chosen
),

summed as (
    select
        c.company_id,
        c.family_id,
        c.programme_id,
        cast(sum(cast(c.programme_revenue_usd as decimal(38, 9))) filter (where c.period_role = 'horizon') as double) as horizon_usd,
        cast(sum(cast(c.programme_revenue_usd_low as decimal(38, 9))) filter (where c.period_role = 'horizon') as double) as horizon_usd_low,
        cast(sum(cast(c.programme_revenue_usd_high as decimal(38, 9))) filter (where c.period_role = 'horizon') as double) as horizon_usd_high,
        cast(sum(cast(c.programme_revenue_usd as decimal(38, 9))) filter (where c.period_role = 'base') as double) as base_usd,
        cast(coalesce(sum(cast(c.programme_revenue_usd as decimal(38, 9))) filter (
            where c.period_role = 'horizon' and (c.assumed_inputs > 0 or c.circular)
        ), 0) as double) as assumed_usd,
        arg_max(c.method, c.programme_revenue_usd) filter (where c.period_role = 'horizon') as method,
        list_sort(list_distinct(flatten(list(c.fact_ids) filter (where c.period_role = 'horizon')))) as fact_ids
    from chosen as c
    group by c.company_id, c.family_id, c.programme_id
)

select
    s.company_id,
    s.programme_id,
    s.family_id,
    question.horizon as year,
    s.horizon_usd / d.company_revenue_usd as exposure_weight,
    case
        when d.denominator = 'consensus'
            then
                -- A range that reaches down to nothing has no logarithm: its lower end is nothing.
                greatest(s.horizon_usd / d.company_revenue_usd * exp(-sqrt(
                    power(ln(s.horizon_usd / nullif(s.horizon_usd_low, 0)), 2)
                    + power(ln(d.company_revenue_usd_high / d.company_revenue_usd), 2)
                )), 0)
        -- Sales at their pace are what they are however little of them the programmes bring.
        when d.denominator = 'run-rate' then s.horizon_usd_low / d.company_revenue_usd_high
        -- Programmes above all sales leave no other business that could be held flat.
        when d.company_revenue_usd < s.horizon_usd then s.horizon_usd_low / d.company_revenue_usd
        else s.horizon_usd_low / (d.company_revenue_usd - s.horizon_usd + s.horizon_usd_low)
    end as exposure_low,
    -- No part exceeds the whole, unless the central value already says so, which is a finding.
    least(greatest(s.horizon_usd / d.company_revenue_usd, 1), case
        when d.denominator = 'consensus'
            then
                coalesce(s.horizon_usd / d.company_revenue_usd * exp(sqrt(
                    power(ln(s.horizon_usd_high / nullif(s.horizon_usd, 0)), 2)
                    + power(ln(d.company_revenue_usd / nullif(d.company_revenue_usd_low, 0)), 2)
                )), s.horizon_usd_high / d.company_revenue_usd)
        -- The more the programmes bring, the more sales there are.
        when d.denominator = 'run-rate'
            then
                s.horizon_usd_high / greatest(
                    d.company_revenue_usd_low, s.horizon_usd_high, d.flat_revenue_usd - s.horizon_usd + s.horizon_usd_high
                )
        when d.company_revenue_usd < s.horizon_usd then s.horizon_usd_high / d.company_revenue_usd
        else s.horizon_usd_high / (d.company_revenue_usd - s.horizon_usd + s.horizon_usd_high)
    end) as exposure_high,
    case when d.base_revenue_basis <> 'stale' then s.base_usd / d.base_revenue_usd end as exposure_base,
    s.horizon_usd as programme_revenue_usd,
    s.horizon_usd_low as programme_revenue_usd_low,
    s.horizon_usd_high as programme_revenue_usd_high,
    s.base_usd as programme_revenue_base_usd,
    d.company_revenue_usd,
    d.denominator,
    s.method,
    s.assumed_usd,
    s.fact_ids,
    question.as_of
from summed as s
inner join core.denominator as d on d.company_id = s.company_id
inner join raw.companies as c on c.company_id = s.company_id and c.ticker is not null
cross join core.question as question
where s.horizon_usd is not null and d.company_revenue_usd > 0

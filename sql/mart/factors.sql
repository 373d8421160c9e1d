-- is: Raw factors of each quantified listed company over the programmes asked for, before normalisation, with grade and coverage inputs.
-- grain: company_id
with parameter as (
    select
        max(p.value) filter (where p.parameter = 'material_part') as material_part,
        max(p.value) filter (where p.parameter = 'confidence_origins') as confidence_origins,
        max(p.value) filter (where p.parameter = 'unknown_base_part') as unknown_base_part
    from raw.parameters as p
),

term as (
    select
        r.company_id,
        r.family_id,
        r.programme_id,
        r.period_role,
        r.method,
        r.programme_revenue_usd,
        r.programme_revenue_usd_low,
        r.programme_revenue_usd_high,
        r.assumed_inputs,
        r.rumoured_inputs,
        r.share_is_rumour,
        r.circular,
        r.tier_rank,
        list_concat(list_concat(r.units_fact_ids, r.content_fact_ids), list_concat(r.share_fact_ids, r.other_fact_ids)) as fact_ids
    from core.programme_revenue as r
    cross join core.choice as choice
    where r.chosen and (choice.programmes is null or list_contains(choice.programmes, r.programme_id))
),

family as (
    select
        t.company_id,
        t.family_id,
        sum(cast(t.programme_revenue_usd as decimal(38, 9))) filter (where t.period_role = 'horizon') as horizon_usd,
        sum(cast(t.programme_revenue_usd_low as decimal(38, 9))) filter (where t.period_role = 'horizon') as horizon_usd_low,
        sum(cast(t.programme_revenue_usd_high as decimal(38, 9))) filter (where t.period_role = 'horizon') as horizon_usd_high,
        case
            when max(g.gap_part) is null or bool_or(t.method = 'disclosed') filter (where t.period_role = 'base')
                then sum(cast(t.programme_revenue_usd as decimal(38, 9))) filter (where t.period_role = 'base')
        end as base_usd,
        bool_and(t.method = 'bottom_up') as is_bottom_up
    from term as t
    left join core.base_gap as g on g.company_id = t.company_id and g.family_id = t.family_id
    group by t.company_id, t.family_id
),

total as (
    select
        f.company_id,
        cast(sum(f.horizon_usd) as double) * parameter.material_part as material_usd
    from family as f
    cross join parameter
    group by f.company_id, parameter.material_part
),

unit as (
    select
        f.family_id,
        max(f.units) filter (where f.period_role = 'horizon') as horizon_units,
        max(f.units) filter (where f.period_role = 'base') as base_units
    from core.family_units as f
    group by f.family_id
),

moved as (
    select
        f.company_id,
        cast(sum(f.horizon_usd) as double) as horizon_usd,
        cast(sum(f.horizon_usd_low) as double) as horizon_usd_low,
        cast(sum(f.horizon_usd_high) as double) as horizon_usd_high,
        -- Of a family that hardly counts, a part of the horizon's stands in for a base year that nobody speaks of.
        case
            when not bool_or(f.base_usd is null and f.horizon_usd >= total.material_usd)
                then cast(
                    sum(coalesce(f.base_usd, cast(cast(f.horizon_usd as double) * parameter.unknown_base_part as decimal(38, 9)))) as double
                )
        end as base_usd,
        cast(sum(cast(cast(f.horizon_usd as double) * r.revision_decayed as decimal(38, 9))) as double) as revision_usd,
        cast(sum(cast(
            case
                when f.is_bottom_up and f.base_usd > 0
                    -- What floats leave over of an uplift of nothing is nothing.
                    then cast(f.horizon_usd as double) * round(
                        (cast(f.horizon_usd as double) / nullif(u.horizon_units, 0))
                        / nullif(cast(f.base_usd as double) / nullif(u.base_units, 0), 0) - 1, 11
                    )
            end as decimal(38, 9)
        )) as double) as uplift_usd
    from family as f
    inner join total on total.company_id = f.company_id
    left join unit as u on u.family_id = f.family_id
    left join mart.forecast_revision as r on r.family_id = f.family_id
    cross join parameter
    where f.horizon_usd is not null
    group by f.company_id
),

evidence as (
    select
        t.company_id,
        -- Where no term is large, all of them decide.
        coalesce(
            max(t.assumed_inputs + t.rumoured_inputs) filter (where t.programme_revenue_usd >= total.material_usd),
            max(t.assumed_inputs + t.rumoured_inputs)
        ) as weak_inputs,
        coalesce(bool_or(t.circular) filter (where t.programme_revenue_usd >= total.material_usd), bool_or(t.circular)) as circular,
        coalesce(bool_or(t.share_is_rumour) filter (where t.programme_revenue_usd >= total.material_usd), bool_or(t.share_is_rumour))
            as rests_on_rumour,
        coalesce(max(t.tier_rank) filter (where t.programme_revenue_usd >= total.material_usd), max(t.tier_rank)) as tier_rank,
        cast(coalesce(sum(cast(t.programme_revenue_usd as decimal(38, 9))) filter (
            where t.assumed_inputs > 0 or t.circular
        ), 0) as double)
        / nullif(cast(sum(cast(t.programme_revenue_usd as decimal(38, 9))) as double), 0) as assumed_part,
        arg_max(t.method, row(t.programme_revenue_usd, t.method)) as method,
        count(distinct t.programme_id) filter (where t.programme_revenue_usd > 0) as programmes,
        flatten(list(t.fact_ids)) as fact_ids
    from term as t
    inner join total on total.company_id = t.company_id
    where t.period_role = 'horizon' and t.programme_revenue_usd is not null
    group by t.company_id
),

used as (
    select
        e.company_id,
        unnest(list_distinct(list_concat(e.fact_ids, d.fact_ids))) as fact_id
    from evidence as e
    inner join core.denominator as d on d.company_id = e.company_id
),

counted as (
    select
        u.company_id,
        count(distinct u.fact_id) as facts,
        count(distinct v.origin_id) as origins
    from used as u
    left join core.vintage as v on v.fact_id = u.fact_id
    group by u.company_id
),

signal as (
    select
        p.company_id,
        max(p.base) filter (where p.measure = 'visibility_until') as visible_until,
        max(p.base) filter (where p.measure = 'barrier') as barrier,
        max(p.base) filter (where p.measure = 'programme_gross_margin') as programme_gross_margin
    from core.pooled as p
    where p.kind = 'signal' and p.period_role = 'horizon'
    group by p.company_id
),

customer as (
    select
        p.company_id,
        p.counterpart_id,
        arg_max(p.base, p.year) as share
    from core.pooled as p
    where
        p.kind = 'disclosed' and p.measure = 'customer_share' and p.base is not null
        and p.counterpart_id is not null
    group by p.company_id, p.counterpart_id
),

concentrated as (
    select
        c.company_id,
        cast(sum(cast(c.share * c.share as decimal(38, 15))) as double) as concentration
    from customer as c
    group by c.company_id
)

select
    m.company_id,
    company.ticker || coalesce(e.suffix, '') as ticker,
    company.mic,
    company.name,
    company.name_local,
    case
        when evidence.circular or evidence.rests_on_rumour or evidence.weak_inputs > 1 then 'C'
        when evidence.weak_inputs = 1 then 'B'
        else 'A'
    end as grade,
    m.horizon_usd / d.company_revenue_usd as exposure_weight,
    case
        when d.denominator = 'consensus'
            then
                -- A range that reaches down to nothing has no logarithm: its lower end is nothing.
                greatest(m.horizon_usd / d.company_revenue_usd * exp(-sqrt(
                    power(ln(m.horizon_usd / nullif(m.horizon_usd_low, 0)), 2)
                    + power(ln(d.company_revenue_usd_high / d.company_revenue_usd), 2)
                )), 0)
        -- Sales at their pace are what they are however little of them the programmes bring.
        when d.denominator = 'run-rate' then m.horizon_usd_low / d.company_revenue_usd_high
        -- Programmes above all sales leave no other business that could be held flat.
        when d.company_revenue_usd < m.horizon_usd then m.horizon_usd_low / d.company_revenue_usd
        else m.horizon_usd_low / (d.company_revenue_usd - m.horizon_usd + m.horizon_usd_low)
    end as exposure_low,
    -- No part exceeds the whole, unless the central value already says so, which is a finding.
    least(greatest(m.horizon_usd / d.company_revenue_usd, 1), case
        when d.denominator = 'consensus'
            then
                coalesce(m.horizon_usd / d.company_revenue_usd * exp(sqrt(
                    power(ln(m.horizon_usd_high / nullif(m.horizon_usd, 0)), 2)
                    + power(ln(d.company_revenue_usd / nullif(d.company_revenue_usd_low, 0)), 2)
                )), m.horizon_usd_high / d.company_revenue_usd)
        -- The more the programmes bring, the more sales there are.
        when d.denominator = 'run-rate'
            then
                m.horizon_usd_high / greatest(
                    d.company_revenue_usd_low, m.horizon_usd_high, d.flat_revenue_usd - m.horizon_usd + m.horizon_usd_high
                )
        when d.company_revenue_usd < m.horizon_usd then m.horizon_usd_high / d.company_revenue_usd
        else m.horizon_usd_high / (d.company_revenue_usd - m.horizon_usd + m.horizon_usd_high)
    end) as exposure_high,
    -- Sales of another year than the programmes' would make a ratio of nothing.
    case when d.base_revenue_basis <> 'stale' then m.base_usd / d.base_revenue_usd end as exposure_base,
    m.horizon_usd as programme_revenue_usd,
    m.horizon_usd_low as programme_revenue_usd_low,
    m.horizon_usd_high as programme_revenue_usd_high,
    m.base_usd as programme_revenue_base_usd,
    d.company_revenue_usd,
    d.denominator,
    evidence.method,
    case when d.base_revenue_basis <> 'stale' then (m.horizon_usd - m.base_usd) / d.base_revenue_usd end as growth,
    m.revision_usd / d.company_revenue_usd as revision,
    m.uplift_usd / d.company_revenue_usd as elasticity,
    case
        when d.base_revenue_basis <> 'stale'
            then
                (d.programme_revenue_usd - d.programme_revenue_base_usd) / d.base_revenue_usd
                - (d.consensus_revenue_usd / d.base_revenue_usd - 1)
    end as expectation_gap,
    case
        when signal.visible_until >= date_diff('day', date '1970-01-01', question.as_of_signal)
            then (signal.visible_until - date_diff('day', date '1970-01-01', question.as_of_signal)) / 91.3125
    end as visibility,
    signal.barrier,
    concentrated.concentration,
    tier.weight * (1 - evidence.assumed_part)
    * sqrt(least(1, counted.origins / parameter.confidence_origins)) as confidence,
    evidence.assumed_part,
    m.horizon_usd / nullif(last_year.trailing_revenue_usd, 0) as revenue_multiple,
    m.horizon_usd * signal.programme_gross_margin / d.company_revenue_usd as gross_profit_exposure,
    evidence.programmes,
    counted.facts,
    counted.origins,
    evidence.weak_inputs,
    evidence.circular,
    evidence.rests_on_rumour,
    question.as_of,
    question.horizon
from moved as m
inner join core.denominator as d on d.company_id = m.company_id and d.company_revenue_usd > 0
inner join evidence on evidence.company_id = m.company_id
inner join counted on counted.company_id = m.company_id
inner join raw.companies as company on company.company_id = m.company_id and company.ticker is not null
left join raw.exchanges as e on e.mic = company.mic
inner join raw.tiers as tier on tier.rank = evidence.tier_rank
left join signal on signal.company_id = m.company_id
left join concentrated on concentrated.company_id = m.company_id
left join core.trailing_revenue as last_year on last_year.company_id = m.company_id
cross join parameter
cross join core.question as question
where m.horizon_usd > 0

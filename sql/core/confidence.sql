-- is: How well founded a company's revenue of the programmes asked for is: grade, confidence and their inputs.
-- grain: company_id
with term as (
    select
        r.company_id, r.programme_id, r.programme_revenue_usd, r.method, r.tier_rank, r.circular, r.share_is_rumour,
        r.fact_ids, r.assumed_inputs > 0 or r.circular as is_assumed,
        r.assumed_inputs + r.rumoured_inputs as weak_inputs,
        -- Where no term is material, all of them decide.
        r.programme_revenue_usd >= total.material_usd
        or not bool_or(r.programme_revenue_usd >= total.material_usd) over (partition by r.company_id) as decides,
        row_number() over (partition by r.company_id order by r.programme_revenue_usd desc, r.method desc) as place
    from core.programme_revenue as r
    inner join core.asked_programme as asked on asked.programme_id = r.programme_id
    inner join core.family_revenue as total
        on total.company_id = r.company_id and total.selection = 'asked' and total.family_id is null
    where r.chosen and r.period_role = 'horizon' and r.programme_revenue_usd is not null
),

evidence as (
    select
        t.company_id,
        max(t.weak_inputs) filter (where t.decides) as weak_inputs,
        bool_or(t.circular) filter (where t.decides) as circular,
        bool_or(t.share_is_rumour) filter (where t.decides) as rests_on_rumour,
        max(t.tier_rank) filter (where t.decides) as tier_rank,
        cast(coalesce(sum(cast(t.programme_revenue_usd as decimal(38, 9))) filter (where t.is_assumed), 0) as double)
        / nullif(cast(sum(cast(t.programme_revenue_usd as decimal(38, 9))) as double), 0) as assumed_part,
        max(t.method) filter (where t.place = 1) as method,
        count(distinct t.programme_id) filter (where t.programme_revenue_usd > 0) as programmes,
        flatten(list(t.fact_ids)) as fact_ids
    from term as t
    group by t.company_id
),

used as (
    select
        e.company_id,
        unnest(list_distinct(list_concat(coalesce(e.fact_ids, []), coalesce(d.fact_ids, [])))) as fact_id
    from evidence as e
    inner join core.denominator as d on d.company_id = e.company_id
),

counted as (
    select u.company_id, count(distinct u.fact_id) as facts, count(distinct v.origin_id) as origins
    from used as u
    left join core.vintage as v on v.fact_id = u.fact_id
    group by u.company_id
)

select
    e.company_id, e.method, e.programmes, e.weak_inputs, e.circular, e.rests_on_rumour, e.assumed_part,
    counted.facts, counted.origins,
    case
        when e.circular or e.rests_on_rumour or e.weak_inputs > 1 then 'C'
        when e.weak_inputs = 1 then 'B'
        else 'A'
    end as grade,
    tier.weight * (1 - e.assumed_part) * sqrt(least(1, counted.origins / parameter.value)) as confidence
from evidence as e
inner join counted on counted.company_id = e.company_id
inner join raw.tiers as tier on tier.rank = e.tier_rank
inner join raw.parameters as parameter on parameter.parameter = 'confidence_origins'
